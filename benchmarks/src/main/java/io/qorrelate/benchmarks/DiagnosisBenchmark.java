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
        value = 2,
        jvmArgs = {"-Xms8g", "-Xmx8g", "-XX:+UseParallelGC"})
public class DiagnosisBenchmark {
    private static final Observable[] OBSERVABLES = Observable.values();

    /** Records that a Kafka consumer is given by one poll, if nobody has set another number. */
    static final int POLL = 500;

    /** A network with its telemetry, and what is known of its links. */
    @State(Scope.Thread)
    public static class Network {
        /** How many links there are. */
        @Param({"1000", "100000"})
        public int links;

        LinkDiagnosis diagnosis;
        LinkState[] states;
        Retelling telemetry;

        /** Lets all links learn. */
        @Setup(Level.Trial)
        public void learn(BenchmarkParams benchmark) throws IOException {
            diagnosis = new LinkDiagnosis(Rules.ofThisCheckout(), DiagnosisSettings.defaults());
            telemetry = new Retelling(
                    links,
                    benchmark.getWarmup().getCount(),
                    benchmark.getMeasurement().getCount());
            states = new LinkState[links];
            // Who only reads events needs no states.
            boolean learns = !benchmark.getBenchmark().endsWith("readOnly");
            LinkState[] simulated = new LinkState[telemetry.simulated()];
            for (int i = 0; i < simulated.length; i++) {
                simulated[i] = diagnosis.initial(telemetry.name(i));
            }
            telemetry.learn(new Retelling.Learner() {
                @Override
                public void learn(Fleet.Told told) {
                    if (learns) {
                        diagnosis.advance(simulated[told.link()], told.event());
                    }
                }

                @Override
                public void begin(int link, int like) {
                    // Each has its own, as read from a store.
                    states[link] = LinkState.fromBytes(simulated[like].toBytes());
                }
            });
        }

        /** Makes the next batch. */
        @Setup(Level.Iteration)
        public void tell() {
            telemetry.next();
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

    /** The whole diagnosis with all rules of the checkout, by a caller that has the events of a poll at hand. */
    @Benchmark
    public long diagnose(Network network, Cost cost) {
        Retelling told = network.telemetry;
        TelemetryEvent[] events = new TelemetryEvent[POLL];
        LinkState[] states = new LinkState[POLL];
        long findings = 0;
        cost.begin();
        for (int from = 0; from < told.size; from += POLL) {
            int count = Math.min(POLL, told.size - from);
            for (int i = 0; i < count; i++) {
                events[i] = told.events[from + i];
                states[i] = network.states[told.linkOf[from + i]];
            }
            findings += network.diagnosis.advance(states, events, count).size();
        }
        cost.end(told.size);
        return findings;
    }

    /** As above, by a caller that has one event after the other. */
    @Benchmark
    public long diagnoseOneByOne(Network network, Cost cost) {
        Retelling told = network.telemetry;
        long findings = 0;
        cost.begin();
        for (int i = 0; i < told.size; i++) {
            findings += network.diagnosis
                    .advance(network.states[told.linkOf[i]], told.events[i])
                    .size();
        }
        cost.end(told.size);
        return findings;
    }

    /** The baseline: reads of each event what any consumer must (kind, time, link and all readings), and adds it up. */
    @Benchmark
    public double readOnly(Network network, Cost cost) {
        double sum = 0;
        Retelling told = network.telemetry;
        cost.begin();
        for (int i = 0; i < told.size; i++) {
            TelemetryEvent event = told.events[i];
            sum += event.time().toEpochMilli() + event.key().length();
            sum += switch (event) {
                case LinkQuality quality -> sum(quality.readings());
                case KeyRate rate -> sum(rate.readings());
                default -> 0;
            };
        }
        cost.end(told.size);
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
