package io.qorrelate.collectors.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.fuzzing.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyslogFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void messages() throws IOException {
        ConfiguredSource port = Fuzzed.source(folder, new Syslog(), "target: 'tcp://127.0.0.1:0', link: a~b");
        Fuzz.survive("syslog messages, RFC 5424 and 3164", messagesOf(), input -> Fuzzed.read(port, input));
    }

    private static List<byte[]> messagesOf() throws IOException {
        List<byte[]> messages = new ArrayList<>(Fuzzed.samples("sample.log"));
        messages.add("<34>1 2026-11-23T10:00:00.003Z h.example app 7 ID47 [a@1 b=\"c\\\"]\"][d@2 e=\"f\"] \uFEFFtext"
                .getBytes(UTF_8));
        messages.add("<34>Nov 23 10:00:00 host sshd[7]: Failed password for root from 192.0.2.1 port 22 ssh2"
                .getBytes(UTF_8));
        return messages;
    }

    @Test
    void frames() throws IOException {
        List<byte[]> streams = new ArrayList<>();
        for (byte[] message : messagesOf()) {
            String text = new String(message, UTF_8);
            streams.add((message.length + " " + text + "5 <34>1" + text + "\n").getBytes(UTF_8));
        }
        Fuzz.survive("syslog frames, RFC 6587", streams, input -> {
            Frames frames = new Frames(new ByteArrayInputStream(input), SyslogPort.MAX_MESSAGE_BYTES);
            try {
                for (byte[] message = frames.next(); message != null; message = frames.next()) {
                    assertThat(message.length).isLessThanOrEqualTo(SyslogPort.MAX_MESSAGE_BYTES);
                }
            } catch (Frames.Broken e) {
                // As it should: the connection ends.
            }
        });
    }
}
