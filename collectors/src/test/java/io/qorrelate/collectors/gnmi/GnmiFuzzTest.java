package io.qorrelate.collectors.gnmi;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Responses of a device: events, rejections, and nothing that spoils what was told before. */
class GnmiFuzzTest {
    @TempDir
    private Path folder;

    private Device device() throws IOException {
        return (Device) Fuzzed.source(
                folder,
                new Gnmi(),
                "target: 'grpc://127.0.0.1:9', mappings: [openconfig-optical, openconfig-platform], node: ams-1, links:"
                        + " {OCH-1-1: ams-1~del-1}");
    }

    /** As a device sends them, and as lines of JSON, which a dry run reads. */
    @Test
    void responses() throws IOException {
        Device device = device();
        List<byte[]> sound = new ArrayList<>();
        for (byte[] sample : Fuzzed.samples("sample.gnmi.ndjson")) {
            for (String line : new String(sample, UTF_8).lines().toList()) {
                sound.add(Target.bytes(line));
                sound.add(line.getBytes(UTF_8));
            }
        }
        Notifications notifications = new Notifications(device.source(), device.mapping(), Fuzzed.INTAKE);
        Fuzz.survive("gNMI responses", sound, input -> {
            Fuzzed.check(notifications.read(input, MockKafka.NOW).intakes());
            Fuzzed.read(device, input);
        });
    }
}
