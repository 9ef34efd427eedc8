package io.qorrelate.evaluation.scenario;

import io.qorrelate.model.Subtype;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One kind of incident: where it can happen, where it can be told from the other classes, and how it goes.
 *
 * @param name of the plot; the subtype's, where there is no second way to the same cause
 * @param subtype the true cause
 * @param hard whether it is one of the adversaries that take pains not to be found
 * @param shortestS shortest reporting interval of the target, s: what takes days is reported every minute at most
 * @param eventDriven whether it shows in events rather than in figures, so that there is no bound from figures
 * @param possible networks on which it can happen at all
 * @param tellable networks that report at least something by which the signatures say it can be told from the other classes
 * @param action writes the script
 */
record Plot(
        String name,
        Subtype subtype,
        boolean hard,
        double shortestS,
        boolean eventDriven,
        Predicate<Network> possible,
        Predicate<Network> tellable,
        Consumer<Script> action) {

    static Builder of(Subtype subtype) {
        return new Builder(subtype.wireName(), subtype, false);
    }

    /** A second way to the same cause. */
    static Builder of(String name, Subtype subtype) {
        return new Builder(name, subtype, false);
    }

    static Builder hard(String name, Subtype subtype) {
        return new Builder(name, subtype, true);
    }

    /** Collects what makes a plot. */
    static final class Builder {
        private final String name;
        private final Subtype subtype;
        private final boolean hard;
        private double shortestS = 1;
        private boolean eventDriven;
        private Predicate<Network> possible = network -> true;
        private Predicate<Network> tellable = network -> true;

        private Builder(String name, Subtype subtype, boolean hard) {
            this.name = name;
            this.subtype = subtype;
            this.hard = hard;
        }

        /** Takes days: reports come every minute at most. */
        Builder slow() {
            shortestS = 60;
            return this;
        }

        Builder eventDriven() {
            eventDriven = true;
            return this;
        }

        Builder on(Predicate<Network> networks) {
            possible = possible.and(networks);
            return this;
        }

        Builder tellableBy(Predicate<Network> networks) {
            tellable = tellable.and(networks);
            return this;
        }

        Plot plays(Consumer<Script> action) {
            return new Plot(name, subtype, hard, shortestS, eventDriven, possible, tellable, action);
        }
    }
}
