package io.qorrelate.benchmarks;

import io.qorrelate.model.TelemetryEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark's links tell, batch by batch, and how they came to know what they know. However many links there are, what is measured is
 * the same: a thousand links go through a span of time, or a hundred thousand through all of it at once, a thousand of them through each
 * hundredth of it, with what the thousand had learned by then. So they differ in nothing but in how much memory they take.
 */
final class Retelling {
    /**
     * Reports of each link before anything is measured, nearly nine hours: its noise is known, tests of all sizes run, and the first
     * alarms of a baseline that was hardly known are over. Before that an event costs more.
     */
    private static final int LEARNED_REPORTS = 3200;

    /**
     * The links began one report after the other, up to so many: what is done every so many reports is done by as many links in each
     * round, and not by all of them in one and by none in the next.
     */
    private static final int STAGGERED_REPORTS = 64;

    /** Events of a batch, about. */
    private static final int BATCH = 600_000;

    /** Events that a report comes as: quality, key rate, and a delivery now and then. */
    private static final double EVENTS_PER_REPORT = 2;

    private final Fleet fleet;
    private final int links;
    private final int rounds;
    private final int warmUp;
    private final int measured;

    /** What the simulated links tell, from when the first of them are heard on. */
    private final List<List<Fleet.Told>> told = new ArrayList<>();

    /** Rounds that were given. */
    private int given;

    /** Events of a batch. */
    final TelemetryEvent[] events;

    /** The link of each of these events. */
    final int[] linkOf;

    /** How many there are. */
    int size;

    /** Who learns from what is told before anything is measured. */
    interface Learner {
        /** Takes in what a simulated link tells. */
        void learn(Fleet.Told told);

        /** Makes a link know what a simulated one knows now. */
        void begin(int link, int like);
    }

    /**
     * What so many links tell; as many as are simulated, a multiple of that, or fewer.
     *
     * @param warmUp batches before those that are measured
     * @param measured batches
     */
    Retelling(int links, int warmUp, int measured) {
        this.fleet = new Fleet(links);
        this.links = links;
        this.rounds = (int) Math.ceil(BATCH / (EVENTS_PER_REPORT * links));
        this.warmUp = warmUp * rounds;
        this.measured = measured * rounds;
        this.events = new TelemetryEvent[(int) (1.2 * EVENTS_PER_REPORT * rounds * links) + 1];
        this.linkOf = new int[events.length];
    }

    /** How many links are simulated; the first links' names are theirs. */
    int simulated() {
        return fleet.simulated();
    }

    /** The name under which a link is told of. */
    String name(int link) {
        return fleet.name(link);
    }

    /** Simulates all that will be told, and lets links learn until they tell it. */
    void learn(Learner learner) {
        int heard = Math.max(0, LEARNED_REPORTS - warmUp);
        int groups = Math.ceilDiv(links, simulated());
        int begun = 0;
        for (int i = 0; i < heard + warmUp + groups * measured; i++) {
            if (begun < groups && i == heard + begun * measured) {
                for (int link = 0; link < simulated(); link++) {
                    learner.begin(begun * simulated() + link, link);
                }
                begun++;
            }
            List<Fleet.Told> round = fleet.round();
            if (i >= heard) {
                told.add(round);
            }
            for (Fleet.Told it : round) {
                if (begun < groups && i >= it.link() % STAGGERED_REPORTS) {
                    learner.learn(it);
                }
            }
        }
    }

    /** Makes the next batch: one report of each link after the other, as events of their own. */
    void next() {
        size = 0;
        for (int i = 0; i < rounds; i++) {
            for (int first = 0; first < links; first += simulated()) {
                for (Fleet.Told it : told.get(first / simulated() * measured + given)) {
                    events[size] = fleet.toldAnew(it.event());
                    linkOf[size] = first + it.link();
                    size++;
                }
            }
            given++;
        }
    }
}
