package io.qorrelate.evaluation.scenario;

import static io.qorrelate.model.Observable.HUMIDITY;
import static io.qorrelate.model.Observable.TEMPERATURE_C;
import static io.qorrelate.model.Observable.VIBRATION_G;

import io.qorrelate.evaluation.chance.Dice;
import io.qorrelate.evaluation.link.Scribe;
import io.qorrelate.model.Environment;
import io.qorrelate.model.Header;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** The room that a node stands in, as its sensors tell it every few minutes. */
final class Facility {
    private static final double DAY_S = 86_400;

    /** What is done to a room for a while. */
    record Disturbance(double fromS, double untilS, Shape shape) {
        @FunctionalInterface
        interface Shape {
            void act(double elapsedS, Room room);
        }
    }

    /** What is done to a room at a moment. */
    static final class Room {
        double warmerK;
        double vibrationG;
        Environment.Power power = Environment.Power.OK;
        Environment.Cooling cooling = Environment.Cooling.OK;

        private void clear() {
            warmerK = 0;
            vibrationG = 0;
            power = Environment.Power.OK;
            cooling = Environment.Cooling.OK;
        }
    }

    private final List<BiFunction<Scribe, Double, Header>> addressees;
    private final List<Disturbance> disturbances;
    private final Scribe scribe;
    private final Dice dice;
    private final Room room = new Room();
    private final double intervalS;
    private final double temperatureC;
    private final double dayK;
    private final double humidity;
    private final double stillG;
    private final boolean tellsHumidity;
    private double nextS;

    /**
     * A room at rest.
     *
     * @param addressees headers of its events: one for the node, or one for each link where nobody knows which links end there
     * @param disturbances all that will ever act on it
     */
    Facility(
            List<BiFunction<Scribe, Double, Header>> addressees,
            List<Disturbance> disturbances,
            Scribe scribe,
            Dice dice) {
        this.addressees = List.copyOf(addressees);
        this.disturbances = List.copyOf(disturbances);
        this.scribe = scribe;
        this.dice = dice;
        intervalS = dice.logBetween(60, 600);
        temperatureC = dice.between(18, 26);
        dayK = dice.between(0.2, 2);
        humidity = dice.between(0.3, 0.6);
        stillG = dice.logBetween(5e-4, 5e-3);
        tellsHumidity = dice.chance(0.5);
        nextS = intervalS * dice.between(0, 1);
    }

    double nextS() {
        return nextS;
    }

    void report(Consumer<TelemetryEvent> out) {
        double atS = nextS;
        nextS += intervalS;
        room.clear();
        for (Disturbance each : disturbances) {
            if (atS >= each.fromS() && atS < each.untilS()) {
                each.shape().act(atS - each.fromS(), room);
            }
        }
        double day = Math.sin(2 * Math.PI * atS / DAY_S);
        Readings.Builder readings = Readings.builder()
                .put(TEMPERATURE_C, hundredths(temperatureC + dayK * day + room.warmerK + 0.05 * dice.gaussian()))
                .put(VIBRATION_G, Math.abs(room.vibrationG + stillG * (1 + 0.2 * dice.gaussian())));
        if (tellsHumidity) {
            readings.put(HUMIDITY, Math.clamp(hundredths(humidity - 0.03 * day + 0.005 * dice.gaussian()), 0, 1));
        }
        for (BiFunction<Scribe, Double, Header> addressee : addressees) {
            out.accept(new Environment(addressee.apply(scribe, atS), readings.build(), room.power, room.cooling));
        }
    }

    private static double hundredths(double value) {
        return Math.rint(100 * value) / 100;
    }
}
