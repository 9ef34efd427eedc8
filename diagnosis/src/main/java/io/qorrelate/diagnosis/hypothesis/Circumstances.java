package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What else happened at a link and its nodes lately: calibrations, maintenance, doors, the fibre, the facility, identity.
 * Times are epoch ms; 0 is never. Mutable; the fold copies it before it changes it.
 */
public final class Circumstances {
    /** A calibration of which no end was reported is taken to be over by then. */
    private static final long LONGEST_CALIBRATION_MS = Duration.ofMinutes(15).toMillis();

    /** Averages that a device reports right after a calibration still hold some of it. */
    private static final long SETTLING_MS = Duration.ofSeconds(20).toMillis();

    /** Vibration that fibre and interferometers feel: an order above the hum of a machine room (about 0.01 g). */
    private static final double VIBRATION_G = 0.1;

    long calibratingUntilMs;
    long calibratedMs;
    long calibrationTroubleMs;
    Calibration.@Nullable Routine routine;
    boolean maintenance;
    long maintenanceEndedMs;
    long accessMs;
    long otdrMs;
    long signalLostMs;
    long signalRestoredMs;
    long vibrationMs;
    long coolingTroubleMs;
    boolean coolingTrouble;
    long powerTroubleMs;
    boolean powerTrouble;
    long authFailureMs;

    /** A copy. */
    public Circumstances copy() {
        Circumstances copy = new Circumstances();
        copy.calibratingUntilMs = calibratingUntilMs;
        copy.calibratedMs = calibratedMs;
        copy.calibrationTroubleMs = calibrationTroubleMs;
        copy.routine = routine;
        copy.maintenance = maintenance;
        copy.maintenanceEndedMs = maintenanceEndedMs;
        copy.accessMs = accessMs;
        copy.otdrMs = otdrMs;
        copy.signalLostMs = signalLostMs;
        copy.signalRestoredMs = signalRestoredMs;
        copy.vibrationMs = vibrationMs;
        copy.coolingTroubleMs = coolingTroubleMs;
        copy.coolingTrouble = coolingTrouble;
        copy.powerTroubleMs = powerTroubleMs;
        copy.powerTrouble = powerTrouble;
        copy.authFailureMs = authFailureMs;
        return copy;
    }

    /** Takes note of an event, if it is a circumstance. */
    public void note(TelemetryEvent event) {
        long now = event.time().toEpochMilli();
        switch (event) {
            case Calibration calibration -> note(calibration, now);
            case Transport transport -> note(transport, now);
            case Environment environment -> note(environment, now);
            case PhysicalAccess access -> {
                if (access.event() != PhysicalAccess.Event.DOOR_CLOSED) {
                    accessMs = now;
                }
            }
            case AuthFailure failure -> {
                boolean telling = failure.plane() == AuthFailure.Plane.CLASSICAL_CHANNEL
                        || failure.plane() == AuthFailure.Plane.MANAGEMENT;
                if (telling && failure.reason() != AuthFailure.Reason.EXPIRED_CERTIFICATE) {
                    authFailureMs = now;
                }
            }
            default -> {
                // measurements, deliveries and policies are no circumstances
            }
        }
    }

    private void note(Calibration calibration, long now) {
        if (calibration.phase() == null) {
            return;
        }
        switch (calibration.phase()) {
            case STARTED -> calibratingUntilMs = now + LONGEST_CALIBRATION_MS;
            case COMPLETED -> {
                calibratingUntilMs = now + SETTLING_MS;
                calibratedMs = now;
                routine = calibration.routine();
            }
            case FAILED, ABORTED -> {
                calibratingUntilMs = now + SETTLING_MS;
                calibrationTroubleMs = now;
            }
        }
    }

    private void note(Transport transport, long now) {
        if (transport.event() == null) {
            return;
        }
        switch (transport.event()) {
            case LOSS_OF_SIGNAL -> signalLostMs = now;
            case SIGNAL_RESTORED -> signalRestoredMs = now;
            case OTDR_EVENT -> otdrMs = now;
            case MAINTENANCE_STARTED -> maintenance = true;
            case MAINTENANCE_ENDED -> {
                maintenance = false;
                maintenanceEndedMs = now;
            }
            case PROTECTION_SWITCH, FAILOVER, FAILBACK -> {
                // where the traffic went says nothing of the cause
            }
        }
    }

    private void note(Environment environment, long now) {
        if (environment.readings().has(Observable.VIBRATION_G)
                && environment.readings().value(Observable.VIBRATION_G) > VIBRATION_G) {
            vibrationMs = now;
        }
        if (environment.cooling() != null) {
            boolean trouble = environment.cooling() != Environment.Cooling.OK;
            if (trouble && !coolingTrouble) {
                coolingTroubleMs = now;
            }
            coolingTrouble = trouble;
        }
        if (environment.power() != null) {
            boolean trouble = environment.power() != Environment.Power.OK;
            if (trouble && !powerTrouble) {
                powerTroubleMs = now;
            }
            powerTrouble = trouble;
        }
    }

    /** Whether what is measured now is odd on purpose. */
    public boolean isCalibrating(long nowMs) {
        return nowMs < calibratingUntilMs;
    }

    /** Whether somebody works on the link and has said so. */
    public boolean isMaintained() {
        return maintenance;
    }

    /** Whether the signal is lost, or the site is in trouble, as far as was reported. */
    public boolean isTroubled() {
        return signalLostMs > signalRestoredMs || coolingTrouble || powerTrouble;
    }

    /** When a calibration last completed; 0 is never. */
    public long calibratedMs() {
        return calibratedMs;
    }

    public void writeTo(DataOutput out) throws IOException {
        out.writeLong(calibratingUntilMs);
        out.writeLong(calibratedMs);
        out.writeLong(calibrationTroubleMs);
        out.writeUTF(routine == null ? "" : routine.name());
        out.writeBoolean(maintenance);
        out.writeLong(maintenanceEndedMs);
        out.writeLong(accessMs);
        out.writeLong(otdrMs);
        out.writeLong(signalLostMs);
        out.writeLong(signalRestoredMs);
        out.writeLong(vibrationMs);
        out.writeLong(coolingTroubleMs);
        out.writeBoolean(coolingTrouble);
        out.writeLong(powerTroubleMs);
        out.writeBoolean(powerTrouble);
        out.writeLong(authFailureMs);
    }

    public static Circumstances readFrom(DataInput in) throws IOException {
        Circumstances read = new Circumstances();
        read.calibratingUntilMs = in.readLong();
        read.calibratedMs = in.readLong();
        read.calibrationTroubleMs = in.readLong();
        String routine = in.readUTF();
        read.routine = routine.isEmpty() ? null : Calibration.Routine.valueOf(routine);
        read.maintenance = in.readBoolean();
        read.maintenanceEndedMs = in.readLong();
        read.accessMs = in.readLong();
        read.otdrMs = in.readLong();
        read.signalLostMs = in.readLong();
        read.signalRestoredMs = in.readLong();
        read.vibrationMs = in.readLong();
        read.coolingTroubleMs = in.readLong();
        read.coolingTrouble = in.readBoolean();
        read.powerTroubleMs = in.readLong();
        read.powerTrouble = in.readBoolean();
        read.authFailureMs = in.readLong();
        return read;
    }
}
