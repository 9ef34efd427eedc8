package io.qorrelate.evaluation.labelled;

import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.model.TelemetryJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files of a case, each in its folder. */
public final class CaseFolder {
    static final String LABELS = "labels.json";
    static final String TOPOLOGY = "topology.yml";
    static final String TELEMETRY = "telemetry.ndjson";

    private CaseFolder() {}

    /**
     * Folders of cases: those in a folder that have a labels file, by name; or the folder itself, where it has one.
     *
     * @throws IOException where there is no such folder, or nothing in it
     */
    public static List<Path> in(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new NoSuchFileException(folder.toString(), null, "there is no such folder");
        }
        if (Files.exists(folder.resolve(LABELS))) {
            return List.of(folder);
        }
        try (Stream<Path> each = Files.list(folder)) {
            List<Path> cases = each.filter(path -> Files.exists(path.resolve(LABELS)))
                    .sorted()
                    .toList();
            if (cases.isEmpty()) {
                throw new IOException("no folder in " + folder + " has a " + LABELS + "; see docs/evaluation.md");
            }
            return cases;
        }
    }

    /**
     * Plays a case into a folder of its own.
     *
     * @param parent where that folder is made
     */
    public static void write(Case played, Path parent) throws IOException {
        Path folder = parent.resolve(played.kind().replace(':', '-') + "-" + played.name());
        Files.createDirectories(folder);
        if (!played.topology().links().isEmpty()) {
            Files.writeString(folder.resolve(TOPOLOGY), TopologyYaml.of(played.topology()));
        }
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(TELEMETRY)))) {
            Case.Played how = write(played, out);
            Files.write(folder.resolve(LABELS), Labels.write(played, how));
        }
    }

    /** Plays a case's telemetry as NDJSON. */
    public static Case.Played write(Case played, OutputStream out) throws IOException {
        try {
            return played.play(event -> {
                try {
                    out.write(TelemetryJson.write(event));
                    out.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
