package io.qorrelate.evaluation.scenario;

import static io.qorrelate.evaluation.scenario.Script.DAY;
import static io.qorrelate.evaluation.scenario.Script.HOUR;

import io.qorrelate.evaluation.bound.LinkBound;
import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.Influence;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.evaluation.link.SimulatedLink;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Topology;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** A stretch of a random network's life, of which is known what happens in it. Follows from its set, kind and number alone. */
public final class Scenario implements Case {
    /** Reports before an incident, at least. */
    private static final int FEWEST_REPORTS = 220;

    /** And at most, so that a link that reports each second does not take all the time. */
    private static final int MOST_REPORTS = 20_000;

    /** An incident counts as one that can be found where an ideal detector would have found it in this share of its time. */
    private static final double FOUND_WITHIN = 0.5;

    private static final int FIRST_YEAR_DAYS = 300;
    private static final Instant EPOCH = Instant.parse("2026-01-05T00:00:00Z");

    private final String kind;
    private final long number;
    private final Script script;
    private final Scribe scribe;
    private final Optional<Plot> plot;
    private final Dice dice;

    private Scenario(String kind, long number, Optional<Plot> plot, Script script, Instant start, Dice dice) {
        this.kind = kind;
        this.number = number;
        this.plot = plot;
        this.script = script;
        this.scribe = new Scribe(start);
        this.dice = dice;
    }

    /**
     * An incident of a plot on a network that can show it.
     *
     * @param tellable whether the network reports something by which the incident can be told from the other classes; where not, it
     *     belongs to the set of poor observability
     * @return empty where no network was found that would do
     */
    static Optional<Scenario> incident(Plot plot, SeedSet set, long number, boolean tellable) {
        String kind = tellable ? plot.name() : Catalogue.POOR + plot.name();
        Dice dice = new Dice(set.seed(kind, number));
        for (int attempt = 0; attempt < 300; attempt++) {
            Network network = Network.draw(dice, plot.shortestS());
            if (!plot.possible().test(network) || plot.tellable().test(network) != tellable) {
                continue;
            }
            double interval = network.target().reporting().intervalS();
            double historyS = Math.clamp(
                    dice.logBetween(3 * HOUR, 2 * DAY),
                    FEWEST_REPORTS * interval,
                    Math.max(2 * HOUR, MOST_REPORTS * interval));
            for (double least : new double[] {0, 0.4, 0.8}) {
                Script script = new Script(network, historyS, least, dice.split());
                plot.action().accept(script);
                if (plot.eventDriven() || !tellable || canBeFound(script)) {
                    Background.write(script);
                    return Optional.of(
                            new Scenario(kind, number, Optional.of(plot), script, start(dice), dice.split()));
                }
            }
        }
        return Optional.empty();
    }

    /** A network to which nothing happens but nominal life. */
    static Scenario quiet(SeedSet set, long number, Duration length) {
        Dice dice = new Dice(set.seed(Catalogue.QUIET, number));
        Network network = Network.draw(dice, 1);
        Script script = new Script(network, Double.POSITIVE_INFINITY, 0, dice.split());
        script.horizon((double) length.toSeconds());
        Background.write(script);
        return new Scenario(Catalogue.QUIET, number, Optional.empty(), script, start(dice), dice.split());
    }

    private static Instant start(Dice dice) {
        return EPOCH.plus(Duration.ofDays(dice.whole(0, FIRST_YEAR_DAYS))).plusSeconds(dice.whole(0, 86_399));
    }

    /** Whether an ideal detector would find it in time, were the reports regular. */
    private static boolean canBeFound(Script script) {
        LinkDesign target = script.target();
        LinkBound bound = new LinkBound(target, List.of(), script.incident(target.id()), script.onsetS);
        double interval = script.intervalS();
        double last = script.onsetS + FOUND_WITHIN * script.lengthS();
        for (double at = script.onsetS - (LinkBound.HISTORY - 0.5) * interval; at < last; at += interval) {
            bound.report(at);
            if (bound.isReached()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String kind() {
        return kind;
    }

    /** Its number within kind and set. */
    @Override
    public String name() {
        return Long.toString(number);
    }

    @Override
    public Group group() {
        if (plot.isEmpty()) {
            return Group.QUIET;
        }
        return kind.startsWith(Catalogue.POOR) ? Group.POOR : plot.get().hard() ? Group.HARD : Group.PLAIN;
    }

    @Override
    public Topology topology() {
        return script.network.topology();
    }

    @Override
    public List<String> linkIds() {
        return script.network.links().stream().map(LinkDesign::id).toList();
    }

    /** The link that is looked at. */
    public LinkDesign target() {
        return script.target();
    }

    @Override
    public String description() {
        LinkDesign target = script.target();
        return String.format(
                Locale.ROOT,
                "%s %s every %.1f s, %.0f km, %d neighbours%s",
                target.optics().protocol().wireName(),
                target.reporting().profile().name().toLowerCase(Locale.ROOT),
                target.reporting().intervalS(),
                target.optics().lengthKm(),
                script.network.links().size() - 1,
                script.network.isDrawn() ? "" : ", no topology");
    }

    @Override
    public List<Truth> truths() {
        return plot
                .map(played -> new Truth(
                        played.subtype().anomalyClass(),
                        played.subtype(),
                        script.target().id(),
                        script.nodes(),
                        script.affected(),
                        scribe.time(script.preludeS()),
                        script.isAccompanied(),
                        scribe.time(script.onsetS),
                        scribe.time(script.endS()),
                        script.size(),
                        script.relative(),
                        script.intervalS()))
                .stream()
                .toList();
    }

    @Override
    public Instant start() {
        return scribe.time(0);
    }

    @Override
    public Instant end() {
        return scribe.time(script.horizonS());
    }

    @Override
    public Played play(Consumer<TelemetryEvent> audience) {
        LinkDesign target = script.target();
        List<Influence> incident = script.incident(target.id());
        boolean bounded = plot.isPresent() && !plot.get().eventDriven();
        LinkBound bound = new LinkBound(target, script.background(target.id()), incident, script.onsetS);
        ReportTimes reports = new ReportTimes();
        long[] reportsAndEvents = {0, 0};
        SimulatedLink.Witness witness = at -> {
            if (bounded) {
                bound.report(at);
            }
            if (at >= script.onsetS) {
                reports.add(at - script.onsetS);
            }
        };
        new Stage(script, scribe, witness, dice).play(event -> {
            reportsAndEvents[0] += event instanceof LinkQuality ? 1 : 0;
            reportsAndEvents[1]++;
            audience.accept(event);
        });
        boolean reached = bounded && bound.isReached();
        PlayedIncident played = new PlayedIncident(
                reached ? OptionalDouble.of(bound.reachedS() - script.onsetS) : OptionalDouble.empty(),
                reached ? OptionalInt.of(bound.reachedReports()) : OptionalInt.empty(),
                reports);
        return new Played(plot.isPresent() ? List.of(played) : List.of(), reportsAndEvents[0], reportsAndEvents[1]);
    }
}
