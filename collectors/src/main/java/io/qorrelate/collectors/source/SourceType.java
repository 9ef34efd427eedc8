package io.qorrelate.collectors.source;

import io.qorrelate.model.yaml.YamlValue;
import java.time.Duration;
import java.util.List;

/** An interface that sources speak. To add one is to write one of these. */
public interface SourceType {
    /** Word of {@code type} in the sources file, and name of the collector in metrics. */
    String name();

    /** Fields of a source of this type beside those that all have. */
    List<String> fields();

    /** Names of the credentials it can use. */
    List<String> credentials();

    /** How long such a source may be silent where the file does not say. */
    Duration silentAfter(Duration interval);

    /**
     * Reads a source of this type.
     *
     * @param value the source in the file
     * @param files reads what the source refers to, such as mappings
     * @throws io.qorrelate.model.yaml.InvalidYaml with file, line and column
     */
    ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files);
}
