package io.qorrelate.benchmarks;

import io.qorrelate.model.TelemetryEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * What a benchmark's links tell, batch by batch, and how they came to know what they know. However many links there are, all of them
 * together tell the same: a thousand links go through a span of time, or a hundred thousand through it at once, a thousand of them through
 * each hundredth of it, with what the thousand had learned by then. So that they differ in nothing but in how much memory they take.
 */
final class Retelling {
    /**
     * Reports of each link before anything is measured, five and a half hours: its noise is known, tests of all sizes run, and the first
     * alarms of a baseline that was hardly known are over. Before that an event costs more.
     */
    private static final int LEARNED_REPORTS = 2000;

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
    private final int batches;
    private final int rounds;

    /** For each group of links the rounds that it goes through. */
    private final List<List<List<Fleet.Told>>> told = new ArrayList<>();

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

    /** So many batches of so many links; a multiple of those that are simulated, or fewer. */
    Retelling(int links, int batches) {
        this.fleet = new Fleet(links);
        this.links = links;
        this.batches = batches;
        this.rounds = (int) Math.ceil(BATCH / (EVENTS_PER_REPORT * links));
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
        for (int i = 0; i < LEARNED_REPORTS; i++) {
            for (Fleet.Told it : fleet.round()) {
                if (i >= it.link() % STAGGERED_REPORTS) {
                    learner.learn(it);
                }
            }
        }
        for (int first = 0; first < links; first += simulated()) {
            for (int i = 0; i < simulated(); i++) {
                learner.begin(first + i, i);
            }
            List<List<Fleet.Told>> span = new ArrayList<>();
            for (int i = 0; i < batches * rounds; i++) {
                List<Fleet.Told> round = fleet.round();
                span.add(round);
                if (first + simulated() < links) {
                    round.forEach(learner::learn);
                }
            }
            told.add(span);
        }
    }

    /** Makes the next batch: one report of each link after the other, as events of their own. */
    void next() {
        size = 0;
        for (int i = 0; i < rounds; i++) {
            for (int group = 0; group < told.size(); group++) {
                for (Fleet.Told it : told.get(group).get(given)) {
                    events[size] = fleet.toldAnew(it.event());
                    linkOf[size] = group * simulated() + it.link();
                    size++;
                }
            }
            given++;
        }
    }
}
