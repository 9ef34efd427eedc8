package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpositionFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void expositions() throws IOException {
        ConfiguredSource exporter = Fuzzed.source(
                folder, new Prometheus(), "target: 'http://127.0.0.1:9/m', mapping: qkd-metrics, link: a~b");
        Fuzz.survive("Prometheus exposition", Fuzzed.samples("sample.txt"), input -> Fuzzed.read(exporter, input));
    }
}
