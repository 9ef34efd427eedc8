package io.qorrelate.diagnosis.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The rules that come with the platform. */
public final class ShippedRules {
    static final Path FOLDER =
            Path.of(System.getProperty("qorrelate.home", "..")).resolve("rules");

    private ShippedRules() {}

    /** As a pack. */
    public static RulePack pack() {
        return RulePack.parse(files());
    }

    /** By their paths in the folder, without the tests that lie beside them. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(FOLDER)) {
            for (Path path : all.toList()) {
                String name = path.toString();
                if (name.endsWith(".yml") && !name.endsWith(".test.yml")) {
                    files.put(FOLDER.relativize(path).toString(), Files.readString(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
