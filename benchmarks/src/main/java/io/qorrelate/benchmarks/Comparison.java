package io.qorrelate.benchmarks;

import com.sun.management.ThreadMXBean;
import io.qorrelate.model.TelemetryEvent;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Two versions of the diagnosis in one process, batch by batch in turn on the same events: what else runs on the machine slows both
 * alike, so that their ratio tells a few per cent where their speeds do not. Also tells whether findings and states are the same.
 */
public final class Comparison {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String[] VERSIONS = {"old", "new"};

    /** Pairs before those that count: the compiler is done by then. */
    private static final int WARM_UP_PAIRS = 3;

    private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private final int links;
    private final Engine[] engines;
    private boolean same = true;

    private Comparison(int links, Engine... engines) {
        this.links = links;
        this.engines = engines;
    }

    /**
     * Classes of one version: the diagnosis and what names its classes are loaded from its own folder, everything else is shared, so that
     * both see the same events.
     */
    private static final class VersionLoader extends URLClassLoader {
        VersionLoader(URL... folders) {
            super(folders, Comparison.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.qorrelate.diagnosis.")
                    && !name.equals(DiagnosisEngine.class.getName())
                    && !name.equals(Rules.class.getName())) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? findClass(name) : loaded;
            }
        }
    }

    @SuppressWarnings("resource") // Its classes are loaded as they are needed, as long as the process runs.
    private static Engine engine(String diagnosis, int links)
            throws ReflectiveOperationException, MalformedURLException {
        URL own = Comparison.class.getProtectionDomain().getCodeSource().getLocation();
        VersionLoader loader = new VersionLoader(Path.of(diagnosis).toUri().toURL(), own);
        return (Engine) loader.loadClass(DiagnosisEngine.class.getName())
                .getConstructor(int.class)
                .newInstance(links);
    }

    /**
     * Compares.
     *
     * @param arguments folders of the classes of the diagnosis, old and new; how many links; how many pairs
     */
    public static void main(String[] arguments) throws ReflectiveOperationException, MalformedURLException {
        if (arguments.length != 4) {
            throw new IllegalArgumentException("old classes, new classes, links, pairs");
        }
        int links = Integer.parseInt(arguments[2]);
        int all = links + Fleet.SIMULATED;
        new Comparison(links, engine(arguments[0], all), engine(arguments[1], all)).run(Integer.parseInt(arguments[3]));
    }

    private void run(int pairs) {
        Retelling telemetry = new Retelling(links, WARM_UP_PAIRS, pairs);
        learn(telemetry);
        double[][] nsPerEvent = new double[engines.length][pairs];
        double[][] bytesPerEvent = new double[engines.length][pairs];
        double[] ratios = new double[pairs];
        for (int i = -WARM_UP_PAIRS; i < pairs; i++) {
            telemetry.next();
            int count = telemetry.size;
            System.gc();
            int[] findings = new int[engines.length];
            for (int turn = 0; turn < engines.length; turn++) {
                // Who is second finds the events in the cache, as far as they fit.
                int which = Math.floorMod(turn + i, engines.length);
                long bytes = THREADS.getCurrentThreadAllocatedBytes();
                long ns = THREADS.getCurrentThreadCpuTime();
                findings[which] = engines[which].diagnose(telemetry.events, telemetry.linkOf, count);
                if (i >= 0) {
                    nsPerEvent[which][i] = (double) (THREADS.getCurrentThreadCpuTime() - ns) / count;
                    bytesPerEvent[which][i] = (double) (THREADS.getCurrentThreadAllocatedBytes() - bytes) / count;
                }
            }
            same &= findings[0] == findings[1];
            if (i >= 0) {
                ratios[i] = nsPerEvent[1][i] / nsPerEvent[0][i];
                out.printf(
                        Locale.ROOT,
                        "pair %d: %.0f and %.0f ns an event, ratio %.3f%n",
                        i + 1,
                        nsPerEvent[0][i],
                        nsPerEvent[1][i],
                        ratios[i]);
            }
        }
        for (int link = 0; link < links; link++) {
            same &= Arrays.equals(engines[0].state(link), engines[1].state(link));
        }
        out.printf(Locale.ROOT, "%n%d links, medians of %d pairs (and quartiles)%n", links, pairs);
        for (int which = 0; which < engines.length; which++) {
            out.printf(
                    Locale.ROOT,
                    "%s   %.0f ns of CPU time an event, %.1f bytes allocated%n",
                    VERSIONS[which],
                    quantile(nsPerEvent[which], 0.5),
                    quantile(bytesPerEvent[which], 0.5));
        }
        out.printf(
                Locale.ROOT,
                "ratio %.3f (%.3f to %.3f)%nfindings and states are %s%n",
                quantile(ratios, 0.5),
                quantile(ratios, 0.25),
                quantile(ratios, 0.75),
                same ? "the same" : "NOT the same");
    }

    /** As {@link DiagnosisBenchmark} does; states of both versions are read in turn, so that they lie in memory alike. */
    private void learn(Retelling telemetry) {
        int simulated = telemetry.simulated();
        for (int i = 0; i < simulated; i++) {
            for (Engine engine : engines) {
                engine.begin(links + i, telemetry.name(i));
            }
        }
        TelemetryEvent[] one = new TelemetryEvent[1];
        int[] link = new int[1];
        telemetry.learn(new Retelling.Learner() {
            @Override
            public void learn(Fleet.Told told) {
                one[0] = told.event();
                // Those that learn are behind those that are measured.
                link[0] = links + told.link();
                same &= engines[0].diagnose(one, link, 1) == engines[1].diagnose(one, link, 1);
            }

            @Override
            public void begin(int begun, int like) {
                for (Engine engine : engines) {
                    engine.read(begun, links + like);
                }
            }
        });
    }

    private static double quantile(double[] of, double share) {
        double[] sorted = of.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.round(share * (sorted.length - 1))];
    }
}
