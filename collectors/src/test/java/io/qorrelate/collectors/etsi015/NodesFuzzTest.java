package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.fuzzing.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a node says: it is an event, a rejection, or the end of a stream. */
class NodesFuzzTest {
    private static final int MAX_BYTES = 1 << 12;

    @TempDir
    private Path folder;

    private static List<byte[]> json() {
        List<byte[]> json = new ArrayList<>();
        json.add(Nodes.sample());
        Nodes.resource("notifications.ndjson").lines().forEach(line -> json.add(line.getBytes(UTF_8)));
        return json;
    }

    private static List<byte[]> xml() {
        return List.of(
                Nodes.resource("reply.xml").getBytes(UTF_8),
                Nodes.resource("notification.xml").getBytes(UTF_8));
    }

    private void read(String parser, List<byte[]> sound) throws IOException {
        NodeReader reader = new NodeReader((SdnNode) Nodes.source(Nodes.file(folder, "https://127.0.0.1:9", "")));
        Fuzz.survive(parser, sound, input -> Fuzzed.check(reader.read(input, Nodes.INTAKE, MockKafka.NOW)));
    }

    @Test
    void dataInJson() throws IOException {
        read("ETSI GS QKD 015, JSON", json());
    }

    @Test
    void dataInXml() throws IOException {
        read("ETSI GS QKD 015, XML", xml());
    }

    @Test
    void streamsOfEvents() {
        List<byte[]> streams = new ArrayList<>();
        for (byte[] each : json()) {
            streams.add(("\uFEFFid: 7\r\ndata: " + new String(each, UTF_8) + "\r\r: x\n\n").getBytes(UTF_8));
        }
        Fuzz.survive("ETSI GS QKD 015, server-sent events", streams, input -> {
            ServerSentEvents events = new ServerSentEvents(new ByteArrayInputStream(input), MAX_BYTES);
            for (ServerSentEvents.Event event = events.next(); event != null; event = events.next()) {
                assertThat(event.data().length).isLessThanOrEqualTo(MAX_BYTES);
            }
        });
    }

    @Test
    void frames() {
        List<byte[]> streams = new ArrayList<>();
        for (byte[] each : xml()) {
            streams.add((new String(each, UTF_8) + "]]>]]>").getBytes(UTF_8));
            streams.add(("\n#" + each.length + "\n" + new String(each, UTF_8) + "\n#2\nab\n##\n").getBytes(UTF_8));
        }
        Fuzz.survive("ETSI GS QKD 015, NETCONF frames", streams, input -> {
            for (boolean chunked : List.of(false, true)) {
                NetconfFrames frames =
                        new NetconfFrames(new ByteArrayInputStream(input), OutputStream.nullOutputStream(), MAX_BYTES);
                if (chunked) {
                    frames.inChunks();
                }
                try {
                    for (NetconfFrames.Message message = frames.next(); message != null; message = frames.next()) {
                        assertThat(message.bytes().length).isLessThanOrEqualTo(MAX_BYTES);
                    }
                } catch (IOException e) {
                    assertThat(e.getMessage()).isIn("broke off within a message", "frames its messages wrongly");
                }
            }
        });
    }
}
