package io.qorrelate.collectors.etsi014;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void statuses() throws IOException {
        ConfiguredSource entity = Fuzzed.source(folder, new Etsi014(), "target: 'https://k:1', links: {B: a~b}");
        Fuzz.survive("ETSI GS QKD 014 status", Fuzzed.samples("sample.json"), input -> Fuzzed.read(entity, input));
    }
}
