package io.qorrelate.collectors.csv;

import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mappings of tables by name: those that the platform brings, and the files of a folder, {@code NAME.yml}, which win. A file that changes
 * counts at once; one that changes for the worse leaves the mapping as it was.
 */
public final class CsvMaps {
    private static final Logger LOG = LoggerFactory.getLogger(CsvMaps.class);

    private static final String SUFFIX = ".yml";

    /** Names come from strangers and become names of files. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    private record Known(String text, @Nullable CsvMapping mapping) {}

    private final @Nullable Path folder;
    private final Map<String, Known> files = new ConcurrentHashMap<>();
    private final Map<String, CsvMapping> brought = new ConcurrentHashMap<>();

    private CsvMaps(@Nullable Path folder) {
        this.folder = folder;
    }

    /**
     * Reads all of them.
     *
     * @param folder null for those that the platform brings alone
     * @throws IOException in words for the operator, where the folder or one of its files cannot be read
     */
    public static CsvMaps of(@Nullable Path folder) throws IOException {
        CsvMaps maps = new CsvMaps(folder);
        for (String name : Mappings.names()) {
            YamlValue mapping = Mappings.read(name);
            if (mapping.required("format").text().equals(CsvMapping.FORMAT)) {
                maps.brought.put(name, CsvMapping.parse(mapping));
            }
        }
        for (String name : maps.names()) {
            try {
                maps.look(name);
            } catch (InvalidYaml e) {
                throw new IOException(e.getMessage(), e);
            }
        }
        return maps;
    }

    /** Their names, in order. */
    public List<String> names() throws IOException {
        TreeSet<String> names = new TreeSet<>(brought.keySet());
        if (folder != null) {
            try (Stream<Path> entries = Files.list(folder)) {
                entries.map(entry -> entry.getFileName().toString())
                        .filter(name -> name.endsWith(SUFFIX))
                        .map(name -> name.substring(0, name.length() - SUFFIX.length()))
                        .filter(name -> NAME.matcher(name).matches())
                        .forEach(names::add);
            }
        }
        return new ArrayList<>(names);
    }

    /** The mapping of that name as it is now; null where there is none that can be read. */
    public @Nullable CsvMapping find(String name) throws IOException {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        try {
            look(name);
        } catch (InvalidYaml e) {
            LOG.warn("a mapping stays as it was: {}", e.getMessage());
        }
        Known known = files.get(name);
        return known == null ? brought.get(name) : known.mapping();
    }

    private void look(String name) throws IOException {
        if (folder == null) {
            return;
        }
        Path file = folder.resolve(name + SUFFIX);
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            files.remove(name);
            return;
        } catch (CharacterCodingException e) {
            throw new InvalidYaml(file + " is not UTF-8");
        }
        Known before = files.get(name);
        if (before != null && before.text().equals(text)) {
            return;
        }
        // Kept first: what is wrong with a text is told once.
        files.put(name, new Known(text, before == null ? null : before.mapping()));
        files.put(name, new Known(text, CsvMapping.parse(YamlValue.parse(text, file.toString()))));
    }
}
