package io.qorrelate.app;

import io.qorrelate.diagnosis.rules.RulePack;
import io.qorrelate.model.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the platform is installed, and how files of it and of its users are read. */
final class Home {
    private Home() {}

    static Path directory() {
        return Path.of(System.getProperty("qorrelate.home", "."));
    }

    /** The Elasticsearch archive that the build fetched; there is none in an installation without it. */
    static @Nullable Path elasticsearchArchive() throws IOException {
        String given = System.getProperty("qorrelate.elasticsearch.zip");
        if (given != null) {
            return Path.of(given);
        }
        Path folder = directory().resolve("app/target/dist/elasticsearch");
        if (!Files.isDirectory(folder)) {
            return null;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".zip"))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
    }

    /** The rules of a folder, or those that come with the platform. */
    static RulePack rules(@Nullable Path given) throws IOException {
        Path folder = given == null ? directory().resolve("rules") : given;
        if (!Files.isDirectory(folder)) {
            if (given == null) {
                return RulePack.empty();
            }
            throw new IOException("there is no folder of rules at " + folder);
        }
        Map<String, String> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.toList()) {
                String name = folder.relativize(file).toString();
                boolean yaml = name.endsWith(".yml") || name.endsWith(".yaml");
                boolean test = name.endsWith(".test.yml") || name.endsWith(".test.yaml");
                if (yaml && !test) {
                    files.put(folder.getFileName() + "/" + name, Files.readString(file));
                }
            }
        }
        return RulePack.parse(files);
    }

    /** A topology file, or an empty topology. */
    static Topology topology(@Nullable Path file) throws IOException {
        return file == null ? Topology.empty() : Topology.parse(Files.readString(file), file.toString());
    }
}
