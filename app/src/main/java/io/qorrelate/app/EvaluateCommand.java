package io.qorrelate.app;

import io.qorrelate.evaluation.Evaluation;
import io.qorrelate.evaluation.Evaluation.CaseSource;
import io.qorrelate.evaluation.contestant.Contestant;
import io.qorrelate.evaluation.contestant.ControlCharts;
import io.qorrelate.evaluation.contestant.Diagnosis;
import io.qorrelate.evaluation.contestant.FixedThreshold;
import io.qorrelate.evaluation.labelled.CaseFolder;
import io.qorrelate.evaluation.labelled.LabelledCase;
import io.qorrelate.evaluation.report.HtmlReport;
import io.qorrelate.evaluation.report.JsonReport;
import io.qorrelate.evaluation.report.RunDescription;
import io.qorrelate.evaluation.report.TextReport;
import io.qorrelate.evaluation.scenario.Case;
import io.qorrelate.evaluation.scenario.Catalogue;
import io.qorrelate.evaluation.scenario.Scenario;
import io.qorrelate.evaluation.scenario.SeedSet;
import io.qorrelate.evaluation.score.Score;
import io.qorrelate.model.yaml.YamlValue;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How good the diagnosis is, on scenarios of which the truth is known. */
@Command(
        name = "evaluate",
        mixinStandardHelpOptions = true,
        description =
                "Plays labelled scenarios before the diagnosis and before simpler methods, and tells how they fared.")
final class EvaluateCommand implements Callable<Integer> {
    private static final List<String> GROUPS = List.of("plain", "hard", "poor", Catalogue.QUIET);

    private static final int TOLD_EVERY = 20;
    private static final int MOST_THREADS = 1_024;

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
            description = "at least so many link-months of nominal life (default: ${DEFAULT-VALUE})")
    private int quietMonths;

    @Option(
            names = "--seed-offset",
            paramLabel = "N",
            defaultValue = "0",
            description = "number of the first scenario of each kind (default: ${DEFAULT-VALUE})")
    private long seedOffset;

    @Option(
            names = "--only",
            paramLabel = "KIND",
            split = ",",
            description =
                    "these kinds of scenarios alone: names of subtypes or hard adversaries, or whole groups: plain, hard,"
                            + " poor, quiet")
    private List<String> only = new ArrayList<>();

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

    @Option(names = "--json", paramLabel = "FILE", description = "also writes all figures, and each incident by itself")
    private @Nullable Path json;

    @Option(names = "--html", paramLabel = "FILE", description = "also writes one page with plots")
    private @Nullable Path html;

    @Option(
            names = "--export",
            paramLabel = "DIR",
            description =
                    "writes the scenarios there as telemetry, labels and topology, instead of playing them to anybody")
    private @Nullable Path export;

    @Option(
            names = "--labelled",
            paramLabel = "DIR",
            description =
                    "evaluates the labelled telemetry there, instead of scenarios of our own; see docs/evaluation.md")
    private @Nullable Path labelled;

    @Option(names = "--no-baselines", description = "the diagnosis alone, without the simpler methods beside it")
    private boolean noBaselines;

    @Option(names = "--verbose", description = "also tells every mistake, with what the diagnosis said")
    private boolean verbose;

    @Override
    public Integer call() throws IOException, InterruptedException {
        SeedSet seeds = SeedSet.of(set).orElseThrow(() -> wrong("--set is development or held-out, was " + set));
        List<String> kinds = kinds();
        check("--scenarios", scenarios, 0, SeedSet.LAST);
        check("--quiet-months", quietMonths, 0, SeedSet.LAST);
        check("--seed-offset", seedOffset, 0, SeedSet.LAST - scenarios);
        check("--threads", threads, 1, MOST_THREADS);
        if (seed != null) {
            check("--seed", seed, 0, SeedSet.LAST);
            if (kinds.size() != 1) {
                throw wrong("--seed needs --only with one kind of scenario");
            }
            return dump(Catalogue.scenario(kinds.getFirst(), seeds, seed));
        }
        List<CaseSource> sources = labelled == null ? sources(kinds, seeds) : sources(labelled);
        if (export != null) {
            for (CaseSource source : sources) {
                Optional<? extends Case> scenario = source.open();
                if (scenario.isPresent()) {
                    CaseFolder.write(scenario.get(), export);
                }
            }
            return Main.OK;
        }
        makeRoomFor(json);
        makeRoomFor(html);
        report(evaluate(sources));
        return Main.OK;
    }

    private Evaluation.Result evaluate(List<CaseSource> sources) throws IOException, InterruptedException {
        Contestant diagnosis = new Diagnosis(Home.rules(rules));
        List<Contestant> contestants =
                noBaselines ? List.of(diagnosis) : List.of(diagnosis, new ControlCharts(), new FixedThreshold());
        PrintWriter err = err();
        long began = System.nanoTime();
        Evaluation.Result result = new Evaluation(contestants, threads).run(sources, (done, all) -> {
            if (done % TOLD_EVERY == 0 || done == all) {
                err.println(done + " of " + all + " scenarios played");
                err.flush();
            }
        });
        double tookS = (System.nanoTime() - began) / 1e9;
        err.printf(
                Locale.ROOT,
                "%d reports, %d events in %.0f s: %.0f reports per second%n",
                result.reports(),
                result.events(),
                tookS,
                result.reports() / tookS);
        return result;
    }

    private void report(Evaluation.Result result) throws IOException {
        RunDescription run = new RunDescription(
                labelled == null ? set + " seeds from number " + seedOffset : labelled.toString(),
                seedOffset,
                scenarios,
                result.reports(),
                result.events());
        if (json != null) {
            Files.write(json, JsonReport.of(run, result.scores()));
        }
        if (html != null) {
            Files.writeString(html, HtmlReport.of(run, result.scores()));
        }
        if (verbose) {
            System.out.print(TextReport.mistakes(result.scores().getFirst()));
        }
        for (Score score : result.scores()) {
            System.out.println(TextReport.of(score));
        }
        System.out.flush();
    }

    /** A run takes minutes: whether its report can be written is found out before. */
    private static void makeRoomFor(@Nullable Path file) throws IOException {
        if (file != null) {
            Files.createDirectories(file.toAbsolutePath().getParent());
        }
    }

    private void check(String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw wrong(option + " is from " + least + " to " + most + ", was " + value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private PrintWriter err() {
        return Objects.requireNonNull(spec).commandLine().getErr();
    }

    private List<String> kinds() {
        List<String> kinds = new ArrayList<>();
        for (String wanted : only.isEmpty() ? GROUPS : only) {
            List<String> meant = kinds(wanted);
            if (meant.isEmpty()) {
                throw wrong(
                        "no kind of scenario is named '" + wanted + "'" + YamlValue.suggestion(wanted, everything()));
            }
            kinds.addAll(meant);
        }
        return kinds;
    }

    private static List<String> everything() {
        List<String> all = new ArrayList<>(GROUPS);
        GROUPS.forEach(group -> all.addAll(kinds(group)));
        return all;
    }

    /** The kinds that a word on the command line means; none where it means nothing. */
    private static List<String> kinds(String word) {
        return switch (word) {
            case "plain" -> Catalogue.plain();
            case "hard" -> Catalogue.hard();
            case "poor" -> Catalogue.poor();
            case Catalogue.QUIET -> List.of(Catalogue.QUIET);
            default ->
                Stream.of(Catalogue.plain(), Catalogue.hard(), Catalogue.poor())
                        .flatMap(List::stream)
                        .filter(word::equals)
                        .toList();
        };
    }

    private List<CaseSource> sources(List<String> kinds, SeedSet seeds) {
        List<CaseSource> sources = new ArrayList<>();
        for (String kind : kinds) {
            List<Long> numbers = kind.equals(Catalogue.QUIET)
                    ? Catalogue.quiet(seeds, seedOffset, quietMonths)
                    : LongStream.range(seedOffset, seedOffset + scenarios)
                            .boxed()
                            .toList();
            for (long number : numbers) {
                sources.add(() -> Catalogue.scenario(kind, seeds, number));
            }
        }
        return sources;
    }

    private static List<CaseSource> sources(Path folder) throws IOException {
        return CaseFolder.in(folder).stream()
                .map(each -> (CaseSource) () -> Optional.of(LabelledCase.open(each)))
                .toList();
    }

    private int dump(Optional<Scenario> scenario) throws IOException {
        if (scenario.isEmpty()) {
            err().println("there is no network on which that can be played");
            return Main.FAILED;
        }
        // Flushed, not closed: standard output is not ours to close.
        OutputStream out = new BufferedOutputStream(System.out);
        CaseFolder.write(scenario.get(), out);
        out.flush();
        if (System.out.checkError()) {
            throw new IOException("standard output takes no more");
        }
        err().println(scenario.get().description() + ": " + scenario.get().truths());
        return Main.OK;
    }
}
