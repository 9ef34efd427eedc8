package io.qorrelate.evaluation.scenario;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.Effects;
import io.qorrelate.evaluation.link.Influence;
import io.qorrelate.evaluation.link.LinkDesign;
import io.qorrelate.evaluation.link.Protocol;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.Header;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen in a scenario, as it is written down before it is played: what acts on each link, and which events are told. Times
 * are seconds since the scenario's start.
 */
final class Script {
    static final double MINUTE = 60;
    static final double HOUR = 3_600;
    static final double DAY = 86_400;

    /** People who work at a site as a rule; anybody else is unusual. */
    static final List<String> STAFF = List.of("j.devries", "m.bakker", "s.jansen");

    /** Grows with time from 0 to 1. */
    @FunctionalInterface
    interface Growing {
        void act(double share, Effects effects);
    }

    final Dice dice;
    final Network network;
    final double onsetS;
    private final double leastRelative;
    private final Map<String, List<Influence>> background = new HashMap<>();
    private final Map<String, List<Influence>> incident = new HashMap<>();
    private final Map<String, List<Facility.Disturbance>> rooms = new HashMap<>();
    private final List<Cue> cues = new ArrayList<>();
    private final Set<String> affected = new LinkedHashSet<>();
    private final Set<String> nodes = new LinkedHashSet<>();
    private double endS;
    private double horizonS;
    private double relative = Double.NaN;
    private Truth.Magnitude magnitude = new Truth.Magnitude(Double.NaN, null);
    private boolean calibrationsStop;
    private double preludeS;
    private boolean accompanied;

    /**
     * Nothing written yet.
     *
     * @param onsetS when the incident begins
     * @param leastRelative how plain it is at least, 0..1
     */
    Script(Network network, double onsetS, double leastRelative, Dice dice) {
        this.network = network;
        this.onsetS = onsetS;
        this.leastRelative = leastRelative;
        this.dice = dice;
        this.preludeS = onsetS;
        this.endS = onsetS;
        this.horizonS = onsetS;
    }

    LinkDesign target() {
        return network.target();
    }

    double intervalS() {
        return target().reporting().intervalS();
    }

    /** Draws the incident's size, log-uniform from subtle to plain. */
    double magnitude(double subtle, double plain, @Nullable String unit) {
        relative = dice.between(leastRelative, 1);
        magnitude = new Truth.Magnitude(subtle * Math.pow(plain / subtle, relative), unit);
        return magnitude.value();
    }

    /** Draws how long the incident lasts: so long, and not less than a number of reports. */
    void lasts(double shortestS, double longestS, int fewestReports) {
        endS = onsetS + Math.max(dice.logBetween(shortestS, longestS), fewestReports * intervalS());
        horizonS = endS;
    }

    /** After its end life goes on for a while. */
    void thenOver() {
        horizonS = endS + Math.max(dice.between(1, 3) * HOUR, 40 * intervalS());
    }

    /** It may be over at its end, or last as long as there is telemetry. */
    void maybeOver(double probability) {
        if (dice.chance(probability)) {
            thenOver();
        }
    }

    /** What happens from then on belongs to the incident already. */
    void beginsAt(double atS) {
        preludeS = atS;
    }

    /** From then on something else is truly wrong with the target. */
    void accompaniedFrom(double atS) {
        preludeS = atS;
        accompanied = true;
    }

    double preludeS() {
        return preludeS;
    }

    boolean isAccompanied() {
        return accompanied;
    }

    double lengthS() {
        return endS - onsetS;
    }

    double endS() {
        return endS;
    }

    double horizonS() {
        return horizonS;
    }

    /** The background's calibrations of the target stop at the onset: the next one is the incident's. */
    void stopCalibrations() {
        calibrationsStop = true;
    }

    boolean calibrationsStop() {
        return calibrationsStop;
    }

    /** Acts on the target from onset to end. */
    void act(Influence.Shape shape) {
        act(target(), onsetS, lasting(), shape);
    }

    /** Acts on the target from onset to end, growing at first for a time and then staying as it is. */
    void grow(double duringS, Growing growing) {
        act((elapsed, effects) -> growing.act(Math.min(1, elapsed / duringS), effects));
    }

    /** Acts on a link as part of the incident. */
    void act(LinkDesign link, double fromS, double untilS, Influence.Shape shape) {
        incident.computeIfAbsent(link.id(), key -> new ArrayList<>()).add(new Influence(fromS, untilS, shape));
        if (!link.id().equals(target().id())) {
            affected.add(link.id());
        }
    }

    /** Acts on a link whatever the incident. */
    void actAnyway(LinkDesign link, double fromS, double untilS, Influence.Shape shape) {
        background.computeIfAbsent(link.id(), key -> new ArrayList<>()).add(new Influence(fromS, untilS, shape));
    }

    /** Acts on a node's room. */
    void disturb(String node, double fromS, double untilS, Facility.Disturbance.Shape shape) {
        rooms.computeIfAbsent(node, key -> new ArrayList<>()).add(new Facility.Disturbance(fromS, untilS, shape));
    }

    /** What is said of a node tells of the incident too. */
    void isAbout(String node) {
        nodes.add(node);
        // Whoever fans a node's events out to its links may say it of each of them.
        for (LinkDesign link : network.links()) {
            if (!link.id().equals(target().id())
                    && (link.to().equals(node) || link.from().equals(node))) {
                affected.add(link.id());
            }
        }
    }

    /** What is said of a link tells neither right nor wrong. */
    void alsoAffects(LinkDesign link) {
        affected.add(link.id());
    }

    /** When the incident's effects are over: never, where it outlasts the telemetry. */
    private double lasting() {
        return horizonS > endS ? endS : Double.POSITIVE_INFINITY;
    }

    void tell(double atS, Function<Scribe, TelemetryEvent> event) {
        cues.add(new Cue(atS, event));
    }

    /** Headers for what happens at a node: where no file says which links end there, events name the links. */
    List<BiFunction<Scribe, Double, Header>> addressees(String node) {
        if (network.isDrawn()) {
            return List.of((scribe, atS) -> scribe.at(atS, null, node));
        }
        List<BiFunction<Scribe, Double, Header>> all = new ArrayList<>();
        for (LinkDesign link : network.links()) {
            if (link.to().equals(node) || link.from().equals(node)) {
                all.add((scribe, atS) -> scribe.at(atS, link.id(), node));
            }
        }
        return all;
    }

    private void tellAt(String node, double atS, Function<Header, TelemetryEvent> event) {
        addressees(node).forEach(header -> tell(atS, scribe -> event.apply(header.apply(scribe, atS))));
    }

    void transport(LinkDesign link, double atS, Transport.Event event) {
        transport(link, atS, event, OptionalDouble.empty(), OptionalDouble.empty(), null);
    }

    void transport(
            LinkDesign link,
            double atS,
            Transport.Event event,
            OptionalDouble positionKm,
            OptionalDouble lossDb,
            @Nullable String to) {
        if (link.reporting().transport()) {
            tell(atS, scribe -> new Transport(scribe.link(atS, link.id()), event, positionKm, lossDb, to));
        }
    }

    /** A reflectometer sees a loss somewhere on the target's fibre. */
    void otdr(double atS, double lossDb) {
        double position = Math.rint(100 * dice.between(0, target().optics().lengthKm())) / 100;
        transport(
                target(),
                atS,
                Transport.Event.OTDR_EVENT,
                OptionalDouble.of(position),
                OptionalDouble.of(Math.max(0.01, Math.rint(100 * lossDb * dice.between(0.8, 1.2)) / 100)),
                null);
    }

    void access(String node, double atS, PhysicalAccess.Event event, @Nullable String principal) {
        if (target().reporting().doors()) {
            tellAt(node, atS, header -> new PhysicalAccess(header, event, principal));
        }
    }

    /** A facility tells at once when its power or cooling changes, besides its regular readings. */
    void facility(String node, double atS, Environment.@Nullable Power power, Environment.@Nullable Cooling cooling) {
        if (target().reporting().facilities()) {
            tellAt(node, atS, header -> new Environment(header, Readings.none(), power, cooling));
        }
    }

    void refused(
            double atS,
            @Nullable String node,
            AuthFailure.Plane plane,
            AuthFailure.Reason reason,
            String principal,
            String origin,
            long count) {
        tell(
                atS,
                scribe -> new AuthFailure(
                        node == null ? scribe.link(atS, target().id()) : scribe.at(atS, null, node),
                        plane,
                        reason,
                        principal,
                        origin,
                        count));
    }

    void calibration(
            LinkDesign link,
            double atS,
            Calibration.Routine routine,
            Calibration.Phase phase,
            Calibration.Initiator initiator,
            @Nullable String principal) {
        if (link.reporting().calibrations()) {
            tell(
                    atS,
                    scribe -> new Calibration(
                            scribe.link(atS, link.id()),
                            routine,
                            phase,
                            initiator,
                            principal,
                            phase == Calibration.Phase.COMPLETED
                                    ? OptionalDouble.of(Math.rint(1000 * dice.between(0, 0.2)) / 1000)
                                    : OptionalDouble.empty()));
        }
    }

    /**
     * A link is calibrated: while it runs its error ratio is odd, or, where it does not tell of calibrations, it says nothing.
     *
     * @return when it is over
     */
    double calibrate(
            LinkDesign link,
            double atS,
            Calibration.Routine routine,
            Calibration.Initiator initiator,
            @Nullable String principal,
            Calibration.Phase outcome) {
        double overS = atS + dice.between(20, 180);
        calibration(link, atS, routine, Calibration.Phase.STARTED, initiator, principal);
        calibration(link, overS, routine, outcome, initiator, principal);
        if (link.reporting().calibrations()) {
            double odd = dice.between(0.1, 0.6);
            boolean timing =
                    routine == Calibration.Routine.TIMING && link.optics().protocol() != Protocol.CV_QKD;
            boolean phase = routine == Calibration.Routine.PHASE;
            double ps = odd * 2 * link.optics().gatePs();
            actAnyway(link, atS, overS, (elapsed, effects) -> {
                if (timing) {
                    effects.gateOffsetPs += ps;
                } else if (phase) {
                    effects.phaseRad += odd;
                } else {
                    effects.rotationRad += odd;
                }
                effects.keyFactor = 0;
            });
        } else {
            actAnyway(link, atS, overS, (elapsed, effects) -> effects.silent = true);
        }
        return overS;
    }

    /** A routine that equipment of the link's kind has. */
    Calibration.Routine routine(LinkDesign link) {
        return link.optics().protocol() == Protocol.CV_QKD
                ? dice.oneOf(
                        List.of(Calibration.Routine.PHASE, Calibration.Routine.POLARIZATION, Calibration.Routine.FULL))
                : dice.oneOf(List.of(
                        Calibration.Routine.POLARIZATION,
                        Calibration.Routine.PHASE,
                        Calibration.Routine.TIMING,
                        Calibration.Routine.FULL));
    }

    /** Somebody or something recalibrates because of the incident, and it does not help. */
    void maybeInVain(double probability) {
        if (dice.chance(probability) && !calibrationsStop) {
            calibrate(
                    target(),
                    onsetS + lengthS() * dice.between(0.3, 0.8),
                    routine(target()),
                    dice.chance(0.6) ? Calibration.Initiator.AUTOMATIC : Calibration.Initiator.OPERATOR,
                    null,
                    Calibration.Phase.COMPLETED);
        }
    }

    List<Influence> background(String link) {
        return background.getOrDefault(link, List.of());
    }

    List<Influence> incident(String link) {
        return incident.getOrDefault(link, List.of());
    }

    List<Facility.Disturbance> room(String node) {
        return rooms.getOrDefault(node, List.of());
    }

    List<Cue> cues() {
        return cues;
    }

    Set<String> affected() {
        return affected;
    }

    Set<String> nodes() {
        return nodes;
    }

    double relative() {
        return relative;
    }

    Truth.Magnitude size() {
        return magnitude;
    }

    /** Sets the end of all, where there is no incident. */
    void horizon(double atS) {
        horizonS = atS;
        endS = atS;
    }
}
