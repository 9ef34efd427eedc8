package io.qorrelate.diagnosis.hypothesis;

import io.qorrelate.diagnosis.binary.Varint;
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
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What else happened at a link and its nodes lately: calibrations, maintenance, doors, the fibre, the facility, identity.
 * Times are epoch ms; 0 is never. Mutable; the fold copies it before it changes it.
 */
public final class Circumstances {
    /** A calibration of which no end was reported is taken to be over by then. */
    private static final long LONGEST_CALIBRATION_MS = Duration.ofMinutes(15).toMillis();

    /** Averages that a device reports right after a calibration, or after works, still hold some of it. */
    private static final long SETTLING_MS = Duration.ofSeconds(20).toMillis();

    /** Who was at the equipment within this time before an anomaly is part of its story. */
    private static final long ACCESS_REMEMBERED_MS = Duration.ofHours(1).toMillis();

    /** Shaking that pauses for longer begins anew. */
    private static final long EPISODE_MS = Duration.ofMinutes(20).toMillis();

    /** A link ends at two nodes; whoever names more of them is remembered by the first few. */
    private static final int MOST_ROOMS = 4;

    /** Version of the state from which on it holds whether neighbours err. */
    private static final int FIRST_WITH_NEIGHBOURS_ERRORS = 7;

    /** As above, who asked for a calibration that is not over yet. */
    private static final int FIRST_WITH_STARTED = 12;

    long calibratingUntilMs;
    long calibratedMs;
    long calibrationTroubleMs;
    Calibration.@Nullable Routine routine;

    /** Whether the calibration that completed or failed last was asked for from afar. */
    boolean remotelyCalibrated;

    /** Whether the calibration that started last, and is not over yet, was. */
    private boolean remotelyStarted;

    boolean maintenance;
    long maintenanceStartedMs;
    long maintenanceEndedMs;
    long accessMs;
    long tamperMs;
    long otdrMs;
    long signalLostMs;
    long signalRestoredMs;
    long vibrationSinceMs;
    long vibrationMs;
    long coolingTroubleMs;
    long powerTroubleMs;
    long authFailureMs;
    long neighbourMovedMs;
    long neighbourErredSinceMs;
    long neighbourErredMs;

    /** Whether anybody reports vibration or cooling at all: only then is silence an answer. */
    boolean watchesVibration;

    boolean watchesCooling;

    /** The rooms at the link's ends, by node. */
    private final Map<String, Room> rooms = new TreeMap<>();

    /** Reads what every report asks for: see {@code LinkState.readAhead}. */
    public long readItself() {
        return calibratingUntilMs + (maintenance ? 1 : 0);
    }

    /** A copy. */
    public Circumstances copy() {
        Circumstances copy = new Circumstances();
        copy.calibratingUntilMs = calibratingUntilMs;
        copy.calibratedMs = calibratedMs;
        copy.calibrationTroubleMs = calibrationTroubleMs;
        copy.routine = routine;
        copy.remotelyCalibrated = remotelyCalibrated;
        copy.remotelyStarted = remotelyStarted;
        copy.maintenance = maintenance;
        copy.maintenanceStartedMs = maintenanceStartedMs;
        copy.maintenanceEndedMs = maintenanceEndedMs;
        copy.accessMs = accessMs;
        copy.tamperMs = tamperMs;
        copy.otdrMs = otdrMs;
        copy.signalLostMs = signalLostMs;
        copy.signalRestoredMs = signalRestoredMs;
        copy.vibrationSinceMs = vibrationSinceMs;
        copy.vibrationMs = vibrationMs;
        copy.coolingTroubleMs = coolingTroubleMs;
        copy.powerTroubleMs = powerTroubleMs;
        copy.authFailureMs = authFailureMs;
        copy.neighbourMovedMs = neighbourMovedMs;
        copy.neighbourErredSinceMs = neighbourErredSinceMs;
        copy.neighbourErredMs = neighbourErredMs;
        copy.watchesVibration = watchesVibration;
        copy.watchesCooling = watchesCooling;
        rooms.forEach((node, room) -> copy.rooms.put(node, room.copy()));
        return copy;
    }

    /**
     * Takes note of an event, if it is a circumstance.
     *
     * @param onsetMs when the anomaly began that is open, epoch ms, or {@link Long#MAX_VALUE} where none is: what happened about then is
     *     remembered, whatever comes later
     */
    public void note(TelemetryEvent event, long onsetMs) {
        long now = event.time().toEpochMilli();
        switch (event) {
            case Calibration calibration -> note(calibration, now);
            case Transport transport -> note(transport, now);
            case Environment environment -> note(environment, now, onsetMs);
            case PhysicalAccess access -> {
                long keptFromMs = onsetMs - ACCESS_REMEMBERED_MS;
                boolean tamper = access.event() != PhysicalAccess.Event.DOOR_CLOSED
                        && access.event() != PhysicalAccess.Event.DOOR_OPENED;
                if (access.event() != PhysicalAccess.Event.DOOR_CLOSED && accessMs < keptFromMs) {
                    accessMs = now;
                }
                if (tamper && tamperMs < keptFromMs) {
                    tamperMs = now;
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
            case STARTED -> {
                calibratingUntilMs = now + LONGEST_CALIBRATION_MS;
                remotelyStarted = calibration.initiator() == Calibration.Initiator.REMOTE;
            }
            case COMPLETED -> {
                noteEnd(calibration, now);
                calibratedMs = now;
                routine = calibration.routine();
            }
            case FAILED, ABORTED -> {
                noteEnd(calibration, now);
                calibrationTroubleMs = now;
            }
        }
    }

    private void noteEnd(Calibration calibration, long now) {
        calibratingUntilMs = now + SETTLING_MS;
        // Only one of its events may name who asked.
        remotelyCalibrated = calibration.initiator() == null
                ? remotelyStarted
                : calibration.initiator() == Calibration.Initiator.REMOTE;
        remotelyStarted = false;
    }

    private void note(Transport transport, long now) {
        if (transport.event() == null) {
            return;
        }
        switch (transport.event()) {
            case LOSS_OF_SIGNAL -> signalLostMs = now;
            case SIGNAL_RESTORED -> signalRestoredMs = now;
            case OTDR_EVENT -> otdrMs = now;
            case MAINTENANCE_STARTED -> {
                maintenance = true;
                maintenanceStartedMs = now;
            }
            case MAINTENANCE_ENDED -> {
                maintenance = false;
                maintenanceEndedMs = now;
                // The first report after works still holds some of them, as after a calibration.
                calibratingUntilMs = Math.max(calibratingUntilMs, now + SETTLING_MS);
            }
            case PROTECTION_SWITCH, FAILOVER, FAILBACK -> {
                // where the traffic went says nothing of the cause
            }
        }
    }

    private void note(Environment environment, long now, long onsetMs) {
        String node = environment.node() == null ? "" : environment.node();
        if (!rooms.containsKey(node) && rooms.size() >= MOST_ROOMS) {
            return;
        }
        boolean coolingWasWell = isCoolingWell();
        boolean powerWasWell = isPowerWell();
        Room room = rooms.computeIfAbsent(node, unknown -> new Room());
        boolean shakes = room.note(environment);
        watchesVibration |= environment.readings().has(Observable.VIBRATION_G);
        watchesCooling |= environment.cooling() != null;
        if (shakes) {
            vibrationSinceMs = isNewEpisode(vibrationMs, now, onsetMs) ? now : vibrationSinceMs;
            vibrationMs = now;
        }
        if (coolingWasWell && !isCoolingWell() && now - coolingTroubleMs > EPISODE_MS) {
            coolingTroubleMs = now;
        }
        if (powerWasWell && !isPowerWell() && now - powerTroubleMs > EPISODE_MS) {
            powerTroubleMs = now;
        }
    }

    /** Whether a site of the link shakes, or did until a few minutes ago. */
    boolean isShaking(long nowMs) {
        return vibrationMs != 0 && nowMs - vibrationMs <= EPISODE_MS;
    }

    /** Whether the link's calibrations are reported at all. */
    boolean watchesCalibration() {
        return calibratingUntilMs != 0 || calibratedMs != 0 || calibrationTroubleMs != 0;
    }

    /** Whether anybody reports the power of a site of the link. */
    boolean watchesPower() {
        return rooms.values().stream().anyMatch(Room::knowsPower);
    }

    /** Whether no site of the link has said that its cooling is in trouble. */
    boolean isCoolingWell() {
        return rooms.values().stream().noneMatch(Room::hasCoolingTrouble);
    }

    /** As above, of power. */
    boolean isPowerWell() {
        return rooms.values().stream().noneMatch(Room::hasPowerTrouble);
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
        return signalLostMs > signalRestoredMs || !isCoolingWell() || !isPowerWell();
    }

    /** Whether anybody reports how warm it is. */
    boolean knowsRooms() {
        return rooms.values().stream().anyMatch(Room::knowsTemperature);
    }

    /** By how much a room is warmer than usual, kelvin, the one that is furthest off; 0 where nothing is known. */
    double roomWarmerC() {
        return rooms.values().stream()
                .map(Room::warmerC)
                .max(Comparator.comparingDouble(Math::abs))
                .orElse(0.0);
    }

    /** Whether another link on the same fibre route is known to have moved since a time, epoch ms. */
    public boolean hasNeighbourMovedSince(long sinceMs) {
        return neighbourMovedMs != 0 && neighbourMovedMs >= sinceMs;
    }

    /** As above, of one that errs more though its light is there. */
    public boolean hasNeighbourErredSince(long sinceMs) {
        return neighbourErredMs != 0 && neighbourErredMs >= sinceMs;
    }

    /**
     * Takes note of what another link on the same fibre route tells.
     *
     * @param errs that it errs more; else that it has lost light
     * @param timeMs since when, epoch ms
     * @param onsetMs as of {@link #note}
     */
    public void noteNeighbour(boolean errs, long timeMs, long onsetMs) {
        if (!errs) {
            neighbourMovedMs = Math.max(neighbourMovedMs, timeMs);
            return;
        }
        if (isNewEpisode(neighbourErredMs, timeMs, onsetMs)) {
            neighbourErredSinceMs = timeMs;
        }
        neighbourErredMs = Math.max(neighbourErredMs, timeMs);
    }

    /** Whether something has paused for long; what is seen again while what it may have caused is open still goes on. */
    private static boolean isNewEpisode(long latestMs, long now, long onsetMs) {
        return now - latestMs > EPISODE_MS && latestMs < onsetMs - EPISODE_MS;
    }

    /** When a calibration last completed; 0 is never. */
    public long calibratedMs() {
        return calibratedMs;
    }

    /** The routine that last completed; null where none did. */
    public Calibration.@Nullable Routine routine() {
        return routine;
    }

    /** When announced works on the link last ended; 0 is never. */
    public long maintenanceEndedMs() {
        return maintenanceEndedMs;
    }

    /** When the works or the calibration that ended at a time may have begun to show. */
    public long beforeWorksMs(long endedMs) {
        return endedMs == maintenanceEndedMs ? maintenanceStartedMs : endedMs - LONGEST_CALIBRATION_MS;
    }

    public void writeTo(DataOutput out) throws IOException {
        Varint.write(out, calibratingUntilMs);
        Varint.write(out, calibratedMs);
        Varint.write(out, calibrationTroubleMs);
        out.writeUTF(routine == null ? "" : routine.name());
        out.writeBoolean(remotelyCalibrated);
        out.writeBoolean(remotelyStarted);
        out.writeBoolean(maintenance);
        Varint.write(out, maintenanceStartedMs);
        Varint.write(out, maintenanceEndedMs);
        Varint.write(out, accessMs);
        Varint.write(out, tamperMs);
        Varint.write(out, otdrMs);
        Varint.write(out, signalLostMs);
        Varint.write(out, signalRestoredMs);
        Varint.write(out, vibrationSinceMs);
        Varint.write(out, vibrationMs);
        Varint.write(out, coolingTroubleMs);
        Varint.write(out, powerTroubleMs);
        Varint.write(out, authFailureMs);
        Varint.write(out, neighbourMovedMs);
        Varint.write(out, neighbourErredSinceMs);
        Varint.write(out, neighbourErredMs);
        out.writeBoolean(watchesVibration);
        out.writeBoolean(watchesCooling);
        out.writeByte(rooms.size());
        for (Map.Entry<String, Room> room : rooms.entrySet()) {
            out.writeUTF(room.getKey());
            room.getValue().writeTo(out);
        }
    }

    /**
     * Reads what {@link #writeTo} has written, now or in an earlier version of the state.
     *
     * @param version of the state
     */
    public static Circumstances readFrom(DataInput in, int version) throws IOException {
        Circumstances read = new Circumstances();
        read.calibratingUntilMs = Varint.read(in);
        read.calibratedMs = Varint.read(in);
        read.calibrationTroubleMs = Varint.read(in);
        String routine = in.readUTF();
        read.routine = routine.isEmpty() ? null : Calibration.Routine.valueOf(routine);
        read.remotelyCalibrated = in.readBoolean();
        read.remotelyStarted = version >= FIRST_WITH_STARTED && in.readBoolean();
        read.maintenance = in.readBoolean();
        read.maintenanceStartedMs = Varint.read(in);
        read.maintenanceEndedMs = Varint.read(in);
        read.accessMs = Varint.read(in);
        read.tamperMs = Varint.read(in);
        read.otdrMs = Varint.read(in);
        read.signalLostMs = Varint.read(in);
        read.signalRestoredMs = Varint.read(in);
        read.vibrationSinceMs = Varint.read(in);
        read.vibrationMs = Varint.read(in);
        read.coolingTroubleMs = Varint.read(in);
        read.powerTroubleMs = Varint.read(in);
        read.authFailureMs = Varint.read(in);
        read.neighbourMovedMs = Varint.read(in);
        if (version >= FIRST_WITH_NEIGHBOURS_ERRORS) {
            read.neighbourErredSinceMs = Varint.read(in);
            read.neighbourErredMs = Varint.read(in);
        }
        read.watchesVibration = in.readBoolean();
        read.watchesCooling = in.readBoolean();
        int rooms = in.readUnsignedByte();
        for (int i = 0; i < rooms; i++) {
            read.rooms.put(in.readUTF(), Room.readFrom(in));
        }
        return read;
    }
}
