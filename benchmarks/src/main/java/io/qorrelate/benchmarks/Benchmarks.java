package io.qorrelate.benchmarks;

import io.qorrelate.diagnosis.rules.RulePack;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the benchmarks, and tells their figures in one table. Takes JMH's own options. */
public final class Benchmarks {
    private static final double NS_PER_S = 1e9;

    private Benchmarks() {}

    /** Of all shots of one benchmark together. */
    private record Figures(double eventsPerCpuSecond, double bytesPerEvent) {
        static Figures of(RunResult run) {
            double events = 0;
            double cpuNs = 0;
            double bytes = 0;
            for (var fork : run.getBenchmarkResults()) {
                for (IterationResult shot : fork.getIterationResults()) {
                    events += counted(shot, "events");
                    cpuNs += counted(shot, "cpuNs");
                    bytes += counted(shot, "allocatedBytes");
                }
            }
            return new Figures(events / cpuNs * NS_PER_S, bytes / events);
        }
    }

    private static double counted(IterationResult shot, String what) {
        return shot.getSecondaryResults().get(what).getScore();
    }

    private static Collection<RunResult> run(String[] arguments, String benchmark, String... links)
            throws RunnerException, CommandLineOptionException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .parent(new CommandLineOptions(arguments))
                .include(DiagnosisBenchmark.class.getSimpleName() + "." + benchmark)
                .jvmArgsAppend("-Dqorrelate.home=" + System.getProperty("qorrelate.home", "."));
        if (links.length > 0) {
            options.param("links", links);
        }
        return new Runner(options.build()).run();
    }

    /** Runs them. */
    public static void main(String[] arguments) throws RunnerException, IOException, CommandLineOptionException {
        List<RunResult> runs = new ArrayList<>(run(arguments, "(diagnose|diagnoseOneByOne|readOnly)"));
        runs.addAll(run(arguments, "write", "1000"));
        Map<String, Figures> figures = new HashMap<>();
        for (RunResult run : runs) {
            String name = run.getParams().getBenchmark();
            figures.put(
                    name.substring(name.lastIndexOf('.') + 1) + " "
                            + run.getParams().getParam("links"),
                    Figures.of(run));
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        out.println();
        out.println("links    diagnosed/CPU s   one by one   read/CPU s   times the baseline's cost   B/event");
        for (String links : new String[] {"1000", "100000"}) {
            Figures diagnosed = figures.get("diagnose " + links);
            Figures read = figures.get("readOnly " + links);
            Figures oneByOne = figures.get("diagnoseOneByOne " + links);
            if (diagnosed != null && read != null && oneByOne != null) {
                out.printf(
                        Locale.ROOT,
                        "%-7s %,16.0f %,12.0f %,12.0f %27.1f %9.1f%n",
                        links,
                        diagnosed.eventsPerCpuSecond(),
                        oneByOne.eventsPerCpuSecond(),
                        read.eventsPerCpuSecond(),
                        read.eventsPerCpuSecond() / diagnosed.eventsPerCpuSecond(),
                        diagnosed.bytesPerEvent());
            }
        }
        Figures few = figures.get("diagnose 1000");
        Figures many = figures.get("diagnose 100000");
        if (few != null && many != null) {
            out.printf(
                    Locale.ROOT,
                    "%nAt 100 000 links it is %.0f %% slower than at 1 000.%n",
                    100 * (1 - many.eventsPerCpuSecond() / few.eventsPerCpuSecond()));
        }
        Figures written = figures.get("write 1000");
        if (written != null) {
            out.printf(Locale.ROOT, "%n%,.0f states are written per CPU second.%n", written.eventsPerCpuSecond());
        }
        out.println();
        out.println("a link that tells   bytes of its state: median, largest");
        RulePack rules = Rules.ofThisCheckout();
        for (StateSizes.Told told : StateSizes.Told.values()) {
            StateSizes.Sizes sizes = StateSizes.of(told, rules);
            out.printf(
                    Locale.ROOT,
                    "%-19s %6d %6d%n",
                    told.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    sizes.median(),
                    sizes.largest());
        }
    }
}
