package io.qorrelate.app;

import io.qorrelate.evaluation.Evaluation;
import io.qorrelate.evaluation.Evaluation.CaseSource;
import io.qorrelate.evaluation.contestant.Contestant;
import io.qorrelate.evaluation.contestant.Diagnosis;
import io.qorrelate.evaluation.report.TextReport;
import io.qorrelate.evaluation.scenario.Catalogue;
import io.qorrelate.evaluation.scenario.Scenario;
import io.qorrelate.evaluation.scenario.SeedSet;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.YamlValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How good the diagnosis is, on scenarios of which the truth is known. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description =
                "Plays labelled scenarios before the diagnosis and before simpler methods, and tells how they fared.")
final class EvaluateCommand implements Callable<Integer> {
    private static final double LINKS_PER_NETWORK = 2.5;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--set",
            defaultValue = "development",
            description = "development or held-out: nothing may be tuned on the latter (default: ${DEFAULT-VALUE})")
    private String set = "";

    @Option(
            names = "--scenarios",
            paramLabel = "N",
            defaultValue = "10",
            description = "scenarios of each kind (default: ${DEFAULT-VALUE})")
    private int scenarios;

    @Option(
            names = "--quiet-months",
            paramLabel = "N",
            defaultValue = "24",
            description = "about how many link-months of nominal life (default: ${DEFAULT-VALUE})")
    private int quietMonths;

    @Option(
            names = "--seed-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "number of the first scenario of each kind (default: ${DEFAULT-VALUE})")
    private long seedOffset;

    @Option(names = "--only", paramLabel = "KIND", description = "this kind of scenario alone, quiet being one")
    private @Nullable String only;

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "with --only: writes that one scenario's telemetry as NDJSON to standard output")
    private @Nullable Long seed;

    @Option(
            names = "--rules",
            paramLabel = "DIR",
            description = "folder of rules; default: those that come with the platform")
    private @Nullable Path rules;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "1",
            description = "scenarios played at once; the results do not depend on it (default: ${DEFAULT-VALUE})")
    private int threads;

    @Option(names = "--verbose", description = "also tells every mistake, with what the diagnosis said")
    private boolean verbose;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
        Optional<SeedSet> seeds = SeedSet.of(set);
        if (seeds.isEmpty()) {
            err.println("--set is development or held-out, was " + set);
            return Main.USAGE;
        }
        List<String> known = new ArrayList<>(Catalogue.plain());
        known.addAll(Catalogue.hard());
        known.addAll(Catalogue.poor());
        known.add(Catalogue.QUIET);
        if (only != null && !known.contains(only)) {
            err.println("no kind of scenario is named '" + only + "'" + YamlValue.suggestion(only, known));
            return Main.USAGE;
        }
        if (seed != null) {
            if (only == null) {
                err.println("--seed needs --only");
                return Main.USAGE;
            }
            return dump(Catalogue.scenario(only, seeds.get(), seed), err);
        }
        List<Contestant> contestants = List.of(new Diagnosis(Home.rules(rules)));
        Evaluation.Result result = new Evaluation(contestants, threads)
                .run(sources(known, seeds.get()), (done, all) -> {
                    if (done % 20 == 0 || done == all) {
                        err.println(done + " of " + all + " scenarios played");
                        err.flush();
                    }
                });
        for (Score score : result.scores()) {
            if (verbose) {
                System.out.print(TextReport.mistakes(score));
            }
            System.out.println(TextReport.of(score));
        }
        System.out.flush();
        return Main.OK;
    }

    private List<CaseSource> sources(List<String> known, SeedSet seeds) {
        List<CaseSource> sources = new ArrayList<>();
        for (String kind : known) {
            if (only != null && !only.equals(kind)) {
                continue;
            }
            boolean quiet = kind.equals(Catalogue.QUIET);
            long count = quiet ? Math.round(quietMonths / LINKS_PER_NETWORK) : scenarios;
            for (long number = seedOffset; number < seedOffset + count; number++) {
                long numbered = number;
                sources.add(() -> Catalogue.scenario(kind, seeds, numbered));
            }
        }
        return sources;
    }

    private static int dump(Optional<Scenario> scenario, PrintWriter err) throws IOException {
        if (scenario.isEmpty()) {
            err.println("there is no network on which that can be played");
            return Main.FAILED;
        }
        // Flushed, not closed: standard output is not ours to close.
        OutputStream out = new BufferedOutputStream(System.out);
        try {
            scenario.get().play(event -> {
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
        out.flush();
        err.println(scenario.get().description() + ": " + scenario.get().truths());
        return Main.OK;
    }
}
