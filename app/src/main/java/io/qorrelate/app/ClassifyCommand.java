package io.qorrelate.app;

import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.NetworkDiagnosis;
import io.qorrelate.model.AnomalyClass;
import io.qorrelate.model.Finding;
import io.qorrelate.model.FindingJson;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.Topology;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recorded telemetry in, findings out. */
@Command(
        name = "classify",
        mixinStandardHelpOptions = true,
        description =
                "Reads telemetry (NDJSON) and writes findings as NDJSON to standard output, a summary to standard error."
                        + " A finding that changes is written again under the same id; the last line wins.")
final class ClassifyCommand implements Callable<Integer> {
    /** A file of another kind would fill the screen. */
    private static final int REJECTS_TOLD = 10;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "INPUT.ndjson", description = "files of telemetry; - or none is standard input")
    private List<String> inputs = new ArrayList<>();

    @Option(names = "--topology", paramLabel = "FILE", description = "the network's topology (YAML)")
    private @Nullable Path topology;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "folder of rules; default: those that come with the platform")
    private @Nullable Path rules;

    @Option(names = "--rejects", paramLabel = "FILE", description = "where rejected lines are written, as they came")
    private @Nullable Path rejects;

    @Option(
            names = "--allowed-lateness",
            paramLabel = "DURATION",
            defaultValue = "PT2M",
            description = "how far events of one link may be out of order (ISO 8601; default: ${DEFAULT-VALUE})")
    private Duration allowedLateness = Duration.ofMinutes(2);

    private final Map<String, Finding> said = new LinkedHashMap<>();
    private long accepted;
    private long rejected;

    @Override
    public Integer call() throws IOException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        NetworkDiagnosis network;
        try {
            Topology known = Home.topology(topology);
            network = new NetworkDiagnosis(
                    new LinkDiagnosis(Home.rules(rules), DiagnosisSettings.defaults(), known), allowedLateness);
        } catch (NoSuchFileException e) {
            err.println("cannot read " + e.getFile() + ": there is no such file");
            return Main.FAILED;
        }
        // Flushed, not closed: standard output is not ours to close.
        OutputStream out = new BufferedOutputStream(System.out);
        try (OutputStream bin = rejects == null
                ? OutputStream.nullOutputStream()
                : new BufferedOutputStream(Files.newOutputStream(rejects))) {
            for (String input : inputs.isEmpty() ? List.of("-") : inputs) {
                if (Files.isDirectory(Path.of(input))) {
                    err.println("cannot read " + input + ": it is a folder");
                    return Main.FAILED;
                }
                try (InputStream in = input.equals("-") ? System.in : Files.newInputStream(Path.of(input))) {
                    read(in, input.equals("-") ? "standard input" : input, network, out, bin, err);
                } catch (NoSuchFileException e) {
                    err.println("cannot read " + input + ": there is no such file");
                    return Main.FAILED;
                }
            }
            write(network.finish(), out);
            out.flush();
            if (System.out.checkError()) {
                throw new IOException("standard output takes no more");
            }
        } catch (IOException e) {
            err.println("could not read or write: " + e.getMessage());
            return Main.FAILED;
        }
        summarise(network, err);
        return Main.OK;
    }

    private void read(
            InputStream in, String name, NetworkDiagnosis network, OutputStream out, OutputStream bin, PrintWriter err)
            throws IOException {
        FragmentReader pieces = FragmentReader.sniffing(in);
        for (Fragment piece = pieces.next(); piece != null; piece = pieces.next()) {
            take(piece, name, network, out, bin, err);
        }
        Fragment last = pieces.rest();
        if (last != null) {
            take(last, name, network, out, bin, err);
        }
    }

    private void take(
            Fragment piece, String name, NetworkDiagnosis network, OutputStream out, OutputStream bin, PrintWriter err)
            throws IOException {
        try {
            String flaw = piece.flaw();
            if (flaw != null) {
                throw new InvalidEvent(RejectReason.NOT_JSON, flaw);
            }
            write(network.accept(TelemetryJson.read(piece.buffer(), piece.offset(), piece.length())), out);
            accepted++;
        } catch (InvalidEvent e) {
            rejected++;
            if (rejected <= REJECTS_TOLD) {
                err.println(name + ":" + piece.line() + ": " + e.getMessage());
            } else if (rejected == REJECTS_TOLD + 1) {
                err.println("further rejected lines are only counted");
            }
            bin.write(piece.bytes());
            bin.write('\n');
        }
    }

    private void write(List<Finding> findings, OutputStream out) throws IOException {
        for (Finding finding : findings) {
            said.put(finding.id(), finding);
            out.write(FindingJson.write(finding));
            out.write('\n');
        }
        if (!findings.isEmpty()) {
            out.flush();
        }
    }

    private void summarise(NetworkDiagnosis network, PrintWriter err) {
        Map<AnomalyClass, Integer> classes = new EnumMap<>(AnomalyClass.class);
        said.values().forEach(finding -> classes.merge(finding.anomalyClass(), 1, Integer::sum));
        err.printf(
                "%d events read, %d rejected, %d duplicates, %d late; %d findings%s%n",
                accepted,
                rejected,
                network.duplicates(),
                network.late(),
                said.size(),
                classes.isEmpty() ? "" : " " + classes);
        if (rejected > 0 && rejects == null) {
            err.println("rejected lines can be kept with --rejects FILE");
        }
        err.flush();
    }
}
