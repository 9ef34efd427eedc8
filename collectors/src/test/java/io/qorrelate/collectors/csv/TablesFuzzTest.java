package io.qorrelate.collectors.csv;

import io.qorrelate.collectors.Fuzzed;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.fuzzing.Fuzz;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesFuzzTest {
    @TempDir
    private Path folder;

    @Test
    void tables() throws IOException {
        ConfiguredSource own = Fuzzed.source(folder, new TailedFile(), "target: /t, mapping: qkd-csv, link: a~b");
        ConfiguredSource laboratory =
                Fuzzed.source(folder, new TailedFile(), "target: /t, mapping: laboratory-csv, links: {east: a~b}");
        Fuzz.survive("tables", Fuzzed.samples("sample.csv"), input -> {
            Fuzzed.read(own, input);
            Fuzzed.read(laboratory, input);
        });
    }
}
