package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.model.Environment;
import io.qorrelate.model.Observable;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** A node's room: what it is usually like, and whether its power and cooling are in trouble. Mutable. */
final class Room {
    /** Below this, g, nothing shakes: the hum of a machine room. */
    private static final float LEAST_VIBRATION_G = 0.01f;

    /** A site shakes where it vibrates this many times more than it usually does: 14 dB. */
    private static final float SHAKES = 5;

    /** Share that one report has in what is usual. */
    private static final float MEMORY = 0.01f;

    private boolean powerTrouble;
    private boolean coolingTrouble;
    private boolean knowsPower;
    private boolean knowsTemperature;
    private boolean knowsVibration;
    private float temperatureC;
    private float usualTemperatureC;
    private float usualVibrationG;

    Room copy() {
        Room copy = new Room();
        copy.powerTrouble = powerTrouble;
        copy.coolingTrouble = coolingTrouble;
        copy.knowsPower = knowsPower;
        copy.knowsTemperature = knowsTemperature;
        copy.knowsVibration = knowsVibration;
        copy.temperatureC = temperatureC;
        copy.usualTemperatureC = usualTemperatureC;
        copy.usualVibrationG = usualVibrationG;
        return copy;
    }

    /** Takes note of a report, and tells whether the room shakes. */
    boolean note(Environment report) {
        if (report.power() != null) {
            powerTrouble = report.power() != Environment.Power.OK;
            knowsPower = true;
        }
        if (report.cooling() != null) {
            coolingTrouble = report.cooling() != Environment.Cooling.OK;
        }
        if (report.readings().has(Observable.TEMPERATURE_C)) {
            temperatureC = single(report.readings().value(Observable.TEMPERATURE_C));
            usualTemperatureC =
                    knowsTemperature ? usualTemperatureC + (temperatureC - usualTemperatureC) * MEMORY : temperatureC;
            knowsTemperature = true;
        }
        return report.readings().has(Observable.VIBRATION_G)
                && shakes(single(report.readings().value(Observable.VIBRATION_G)));
    }

    private boolean shakes(float vibrationG) {
        boolean shakes = knowsVibration && vibrationG > Math.max(LEAST_VIBRATION_G, SHAKES * usualVibrationG);
        if (!shakes) {
            usualVibrationG = knowsVibration
                    ? usualVibrationG + (vibrationG - usualVibrationG) * MEMORY
                    : Math.min(vibrationG, LEAST_VIBRATION_G);
        }
        knowsVibration = true;
        return shakes;
    }

    /** No larger than a float can be: what is infinite would never be forgotten. */
    private static float single(double value) {
        return (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
    }

    boolean knowsPower() {
        return knowsPower;
    }

    boolean hasPowerTrouble() {
        return powerTrouble;
    }

    boolean hasCoolingTrouble() {
        return coolingTrouble;
    }

    boolean knowsTemperature() {
        return knowsTemperature;
    }

    /** By how much it is warmer than usual, kelvin; 0 where nothing is known. */
    double warmerC() {
        return knowsTemperature ? temperatureC - usualTemperatureC : 0;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte((powerTrouble ? 1 : 0)
                | (coolingTrouble ? 2 : 0)
                | (knowsTemperature ? 4 : 0)
                | (knowsVibration ? 8 : 0)
                | (knowsPower ? 16 : 0));
        out.writeFloat(temperatureC);
        out.writeFloat(usualTemperatureC);
        out.writeFloat(usualVibrationG);
    }

    static Room readFrom(DataInput in) throws IOException {
        Room read = new Room();
        int flags = in.readUnsignedByte();
        read.powerTrouble = (flags & 1) != 0;
        read.coolingTrouble = (flags & 2) != 0;
        read.knowsTemperature = (flags & 4) != 0;
        read.knowsVibration = (flags & 8) != 0;
        read.knowsPower = (flags & 16) != 0;
        read.temperatureC = in.readFloat();
        read.usualTemperatureC = in.readFloat();
        read.usualVibrationG = in.readFloat();
        return read;
    }
}
