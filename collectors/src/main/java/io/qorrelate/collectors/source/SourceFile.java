package io.qorrelate.collectors.source;

import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The sources file, read.
 *
 * @param entries in the file's order
 * @param contents of the file and of all that it refers to, as they were read
 */
public record SourceFile(List<Entry> entries, Map<Path, String> contents) {
    /** As often as the contract's example telemetry comes. */
    private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

    /** Shorter, and the network is busy with being asked. */
    private static final Duration MIN_INTERVAL = Duration.ofSeconds(1);

    private static final Duration MAX_DURATION = Duration.ofDays(1);

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._~-]{0,127}");

    private static final List<String> COMMON = List.of(
            "id",
            "type",
            "target",
            "credentials",
            "link",
            "node",
            "links",
            "nodes",
            "interval",
            "timeout",
            "silent_after");

    /**
     * One source.
     *
     * @param definition all that was written of it; equal where nothing changed
     */
    public record Entry(ConfiguredSource configured, Object definition) {
        /** The operator's name for it. */
        public String id() {
            return configured.source().id();
        }
    }

    public SourceFile {
        entries = List.copyOf(entries);
        contents = Map.copyOf(contents);
    }

    /**
     * Reads the file and all that it refers to but credentials, which are read when they are used.
     *
     * @throws InvalidYaml with file, line and column
     * @throws IOException where the file cannot be read
     */
    public static SourceFile read(Path file, List<? extends SourceType> types) throws IOException {
        String text;
        try {
            text = Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new InvalidYaml(file + ": the file is not UTF-8");
        }
        return parse(text, file, types);
    }

    static SourceFile parse(String text, Path file, List<? extends SourceType> types) {
        Map<String, SourceType> known = new TreeMap<>();
        types.forEach(type -> known.put(type.name(), type));
        YamlValue root = YamlValue.parse(text, file.toString());
        root.rejectUnknown(List.of("sources"), "a sources file");
        Path folder = file.toAbsolutePath().getParent();
        Map<Path, String> contents = new LinkedHashMap<>();
        Map<String, Entry> entries = new LinkedHashMap<>();
        for (YamlValue value : root.required("sources").items()) {
            ReferredFiles files = new ReferredFiles(folder == null ? Path.of("") : folder);
            ConfiguredSource configured = source(value, known, files, folder == null ? Path.of("") : folder);
            String id = configured.source().id();
            Object definition = List.of(value.content(), files.contents());
            if (entries.put(id, new Entry(configured, definition)) != null) {
                throw value.required("id").error("source '" + id + "' stands here twice");
            }
            contents.putAll(files.contents());
        }
        contents.put(file, text);
        return new SourceFile(List.copyOf(entries.values()), contents);
    }

    /** Whether it would be read otherwise today. */
    boolean isOutdated() throws IOException {
        for (Map.Entry<Path, String> read : contents.entrySet()) {
            if (!Files.readString(read.getKey()).equals(read.getValue())) {
                return true;
            }
        }
        return false;
    }

    private static ConfiguredSource source(
            YamlValue value, Map<String, SourceType> types, ReferredFiles files, Path folder) {
        YamlValue word = value.required("type");
        SourceType type = types.get(word.text());
        if (type == null) {
            String suggestion = YamlValue.suggestion(word.text(), types.keySet());
            throw word.error("there is no type of source '" + word.text() + "'"
                    + (suggestion.isEmpty() ? "; there are " + String.join(", ", types.keySet()) : suggestion));
        }
        List<String> fields = new ArrayList<>(COMMON);
        fields.addAll(type.fields());
        value.rejectUnknown(fields, "a source of type " + type.name());
        Duration interval = duration(value, "interval", MIN_INTERVAL, DEFAULT_INTERVAL);
        Duration timeout = duration(value, "timeout", Duration.ofMillis(1), DEFAULT_TIMEOUT);
        Source source = new Source(
                id(value.required("id")),
                type.name(),
                value.required("target").text(),
                value.field("credentials")
                        .map(given -> Credentials.parse(given, type.credentials(), type.name(), folder))
                        .orElseGet(() -> new Credentials(Map.of())),
                new Placement(text(value, "link"), text(value, "node"), names(value, "links"), names(value, "nodes")),
                interval,
                timeout,
                duration(value, "silent_after", MIN_INTERVAL, type.silentAfter(interval)));
        return type.parse(source, value, files);
    }

    private static String id(YamlValue value) {
        if (!ID.matcher(value.text()).matches()) {
            throw value.error(
                    "a source's id has up to 128 letters, digits and . _ ~ -, and begins with a letter or digit");
        }
        return value.text();
    }

    private static @Nullable String text(YamlValue value, String field) {
        return value.field(field).map(YamlValue::text).orElse(null);
    }

    private static Map<String, String> names(YamlValue value, String field) {
        Map<String, String> names = new LinkedHashMap<>();
        value.field(field).ifPresent(given -> given.fields().forEach((name, ours) -> names.put(name, ours.text())));
        return names;
    }

    private static Duration duration(YamlValue value, String field, Duration least, Duration otherwise) {
        YamlValue given = value.field(field).orElse(null);
        if (given == null) {
            return otherwise;
        }
        Matcher parts = DURATION.matcher(given.text());
        if (!parts.matches()) {
            throw given.error(
                    "'" + field + "' is a number with ms, s, m or h, such as 10s or 5m; found '" + given.text() + "'");
        }
        long count = Long.parseLong(parts.group(1));
        Duration duration = switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(count);
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
        };
        if (duration.compareTo(least) < 0 || duration.compareTo(MAX_DURATION) > 0) {
            throw given.error("'" + field + "' is " + least.toMillis() + "ms to " + MAX_DURATION.toHours() + "h, was "
                    + given.text());
        }
        return duration;
    }
}
