package io.qorrelate.benchmarks;

import com.sun.management.ThreadMXBean;
import io.qorrelate.diagnosis.DiagnosisSettings;
import io.qorrelate.diagnosis.LinkDiagnosis;
import io.qorrelate.diagnosis.LinkState;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * One pass over a batch of telemetry for each shot: its events are made before the shot, and come after those of the shot before, so that
 * event time goes on and nothing is diagnosed twice. Counted are CPU time and allocation of the measuring thread alone.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4)
@Measurement(iterations = 8)
@Fork(
        value = 1,
        jvmArgs = {"-Xms6g", "-Xmx6g", "-XX:+UseParallelGC"})
public class DiagnosisBenchmark {
    private static final Observable[] OBSERVABLES = Observable.values();

    /**
     * Reports of each link before anything is measured, five and a half hours: its noise is known, tests of all sizes run, and the first alarms
     * of a baseline that was hardly known are over. Before that an event costs more.
     */
    static final int LEARNED_REPORTS = 2000;

    /**
     * The links began one report after the other, up to so many: what is done every so many reports is done by as many links in each
     * round, and not by all of them in one and by none in the next.
     */
    static final int STAGGERED_REPORTS = 64;

    /** Events of a batch, about. */
    private static final int BATCH = 600_000;

    /** Events that a report comes as: quality, key rate, and a delivery now and then. */
    private static final double EVENTS_PER_REPORT = 2;

    /** Reports of each of so many links in a batch. */
    static int rounds(int links) {
        return (int) Math.ceil(BATCH / (EVENTS_PER_REPORT * links));
    }

    /** Room for the events of a batch. */
    static int mostEvents(int links) {
        return (int) (1.2 * EVENTS_PER_REPORT * rounds(links) * links) + 1;
    }

    /** A network with its telemetry, and what is known of its links. */
    @State(Scope.Thread)
    public static class Network {
        /** How many links there are. */
        @Param({"1000", "100000"})
        public int links;

        LinkDiagnosis diagnosis;
        Fleet fleet;
        LinkState[] states;
        TelemetryEvent[] events;
        int[] linkOf;
        int size;

        /** Lets all links learn. */
        @Setup(Level.Trial)
        public void learn(BenchmarkParams benchmark) throws IOException {
            diagnosis = new LinkDiagnosis(Rules.ofThisCheckout(), DiagnosisSettings.defaults());
            fleet = new Fleet(links);
            // Who only reads events needs no states.
            states = benchmark.getBenchmark().endsWith("readOnly") ? new LinkState[0] : learned();
            events = new TelemetryEvent[mostEvents(links)];
            linkOf = new int[events.length];
        }

        /** The states of all links: each has its own, as read from a store, and those that tell the same have learned the same. */
        private LinkState[] learned() {
            LinkState[] simulated = new LinkState[fleet.simulated()];
            for (int i = 0; i < simulated.length; i++) {
                simulated[i] = diagnosis.initial(fleet.name(i));
            }
            for (int i = 0; i < LEARNED_REPORTS; i++) {
                for (Fleet.Told told : fleet.simulatedRound()) {
                    if (i >= told.link() % STAGGERED_REPORTS) {
                        diagnosis.advance(simulated[told.link()], told.event());
                    }
                }
            }
            LinkState[] all = new LinkState[links];
            for (int i = 0; i < links; i++) {
                all[i] = LinkState.fromBytes(simulated[i % simulated.length].toBytes());
            }
            return all;
        }

        /** Makes the next batch. */
        @Setup(Level.Iteration)
        public void tell() {
            size = 0;
            for (int i = 0; i < rounds(links); i++) {
                List<Fleet.Told> round = fleet.round();
                for (Fleet.Told told : round) {
                    events[size] = told.event();
                    linkOf[size] = told.link();
                    size++;
                }
            }
            // The garbage of making them is not the diagnosis's.
            System.gc();
        }
    }

    /** What a shot took. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Cost {
        private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

        /** Events of the shot. */
        public double events;

        /** CPU time of the thread, ns. */
        public double cpuNs;

        /** What the thread allocated, bytes. */
        public double allocatedBytes;

        private long beganNs;
        private long beganBytes;

        void begin() {
            beganBytes = THREADS.getCurrentThreadAllocatedBytes();
            beganNs = THREADS.getCurrentThreadCpuTime();
        }

        void end(int count) {
            cpuNs = THREADS.getCurrentThreadCpuTime() - beganNs;
            allocatedBytes = THREADS.getCurrentThreadAllocatedBytes() - beganBytes;
            events = count;
        }
    }

    /** The whole diagnosis with all rules of the checkout. */
    @Benchmark
    public long diagnose(Network network, Cost cost) {
        long findings = 0;
        cost.begin();
        for (int i = 0; i < network.size; i++) {
            findings += network.diagnosis
                    .advance(network.states[network.linkOf[i]], network.events[i])
                    .size();
        }
        cost.end(network.size);
        return findings;
    }

    /** The baseline: reads of each event what any consumer must (kind, time, link and all readings), and adds it up. */
    @Benchmark
    public double readOnly(Network network, Cost cost) {
        double sum = 0;
        cost.begin();
        for (int i = 0; i < network.size; i++) {
            TelemetryEvent event = network.events[i];
            sum += event.time().toEpochMilli() + event.key().length();
            sum += switch (event) {
                case LinkQuality quality -> sum(quality.readings());
                case KeyRate rate -> sum(rate.readings());
                default -> 0;
            };
        }
        cost.end(network.size);
        return sum;
    }

    private static double sum(Readings readings) {
        double sum = 0;
        for (Observable observable : OBSERVABLES) {
            sum += readings.has(observable) ? readings.value(observable) : 0;
        }
        return sum;
    }

    /** Writes the state of each link once, as a store would have it. */
    @Benchmark
    public long write(Network network, Cost cost) {
        long bytes = 0;
        cost.begin();
        for (LinkState state : network.states) {
            bytes += state.toBytes().length;
        }
        cost.end(network.states.length);
        return bytes;
    }
}
