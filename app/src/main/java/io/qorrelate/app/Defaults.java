package io.qorrelate.app;

import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What an option is where no flag says it: the environment's word, else the file's. */
final class Defaults implements IDefaultValueProvider {
    private static final String PREFIX = "QORRELATE_";

    private final Map<String, String> environment;
    private @Nullable Map<String, YamlValue> file;

    Defaults(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public @Nullable String defaultValue(ArgSpec argument) {
        if (!(argument instanceof OptionSpec option) || !option.longestName().startsWith("--")) {
            return null;
        }
        if (option.usageHelp() || option.versionHelp()) {
            // A question, not a setting: QORRELATE_VERSION may well be something else's.
            return null;
        }
        String name = option.longestName().substring(2);
        String fromEnvironment =
                environment.get(PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_'));
        if (fromEnvironment != null) {
            return fromEnvironment;
        }
        YamlValue fromFile = file().get(name);
        return fromFile == null || fromFile.isNull() ? null : fromFile.text();
    }

    private Map<String, YamlValue> file() {
        Map<String, YamlValue> known = file;
        if (known == null) {
            String path = environment.get(PREFIX + "CONFIG");
            try {
                known = path == null
                        ? Map.of()
                        : YamlValue.parse(Files.readString(Path.of(path)), path).fields();
            } catch (IOException e) {
                throw new UncheckedIOException("the file that QORRELATE_CONFIG names cannot be read: " + path, e);
            }
            file = known;
        }
        return known;
    }
}
