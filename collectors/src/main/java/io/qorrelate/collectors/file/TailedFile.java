package io.qorrelate.collectors.file;

import io.qorrelate.collectors.csv.CsvMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.model.yaml.YamlValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sources of type {@code file}: files that somebody writes to, with one event or one row of a table a line. */
public final class TailedFile implements SourceType {
    private static final String NAME = "file";

    private static final int SILENT_ROUNDS = 6;

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(10);

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("mapping");
    }

    @Override
    public List<String> credentials() {
        return List.of();
    }

    @Override
    public Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        YamlValue target = value.required("target");
        Path file;
        try {
            file = Path.of(source.target());
        } catch (InvalidPathException e) {
            throw target.error("'" + source.target() + "' is no path");
        }
        if (!file.isAbsolute()) {
            throw target.error("a file's target is a path that begins with /, such as /var/log/qkd/quality.csv");
        }
        if (source.target().endsWith(".gz")) {
            throw target.error(
                    "name the file that is written to; what rotation makes of it, compressed or not, is found by itself");
        }
        Optional<CsvMapping> mapping =
                value.field("mapping").map(files::mapping).map(CsvMapping::parse);
        if (mapping.isEmpty()
                && (!source.placement().links().isEmpty()
                        || !source.placement().nodes().isEmpty())) {
            throw value.error(
                    "without a 'mapping' the lines are events of the contract, which name their links and nodes"
                            + " themselves");
        }
        return new FollowedFile(source, file, mapping);
    }
}
