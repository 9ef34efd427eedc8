package io.qorrelate.collectors.gnmi;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.gnmi.proto.Notification;
import com.github.gnmi.proto.Path;
import com.github.gnmi.proto.SubscribeResponse;
import com.github.gnmi.proto.Update;
import com.google.protobuf.InvalidProtocolBufferException;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.RejectReason;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads what comes on one connection, in its order. */
final class Notifications {
    /** What a response held. */
    record Told(List<Intake> intakes, Map<String, Long> dropped, boolean synchronised) {}

    private final Source source;
    private final GnmiMapping mapping;
    private final EventIntake intake;
    private final Known known = new Known();

    Notifications(Source source, GnmiMapping mapping, EventIntake intake) {
        this.source = source;
        this.mapping = mapping;
        this.intake = intake;
    }

    /** Reads a response: never an exception, whatever the bytes are. */
    Told read(byte[] bytes, Instant received) {
        SubscribeResponse response;
        try {
            response = SubscribeResponse.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            return new Told(List.of(rejected(bytes, "no response of gNMI: " + e.getMessage())), Map.of(), false);
        }
        return read(response, bytes, received);
    }

    /**
     * Reads a response.
     *
     * @param raw as it came, for the dead letters
     */
    Told read(SubscribeResponse response, byte[] raw, Instant received) {
        return switch (response.getResponseCase()) {
            case UPDATE -> {
                try {
                    yield read(response.getUpdate(), raw, received);
                } catch (RuntimeException | Error e) {
                    yield new Told(List.of(Fault.rejected(raw, e)), Map.of(), false);
                }
            }
            case SYNC_RESPONSE -> new Told(List.of(), Map.of(), response.getSyncResponse());
            default -> new Told(List.of(), Map.of("no_pattern", 1L), false);
        };
    }

    private Told read(Notification notification, byte[] raw, Instant received) {
        List<Intake> intakes = new ArrayList<>();
        Map<String, Long> dropped = new TreeMap<>();
        Instant time = time(notification.getTimestamp(), received);
        String target = notification.getPrefix().getTarget();
        Placement placement = source.placement();
        for (Path deleted : notification.getDeleteList()) {
            try {
                GnmiMapping.Found found = mapping.deleted(
                        DataPath.of(notification.getPrefix(), deleted),
                        known,
                        target,
                        name -> new Defaults(time, placement.linkOf(name), placement.nodeOf(name), source.id()),
                        raw,
                        intake);
                intakes.addAll(found.intakes());
                count(dropped, "unplaced", found.unplaced());
            } catch (DataPath.Malformed e) {
                intakes.add(rejected(raw, String.valueOf(e.getMessage())));
            }
        }
        Map<DataPath, JsonNode> leaves = new LinkedHashMap<>();
        for (Update update : notification.getUpdateList()) {
            try {
                leaves.putAll(
                        Leaves.of(DataPath.of(notification.getPrefix(), update.getPath()), update.getVal(), mapping));
            } catch (DataPath.Malformed e) {
                intakes.add(rejected(raw, String.valueOf(e.getMessage())));
            }
        }
        GnmiMapping.Found found = mapping.read(
                leaves,
                known,
                target,
                name -> new Defaults(time, placement.linkOf(name), placement.nodeOf(name), source.id()),
                raw,
                intake);
        intakes.addAll(found.intakes());
        count(dropped, "unplaced", found.unplaced());
        if (intakes.isEmpty() && found.unplaced() == 0) {
            count(dropped, "no_pattern", 1);
        }
        return new Told(List.copyOf(intakes), Map.copyOf(dropped), false);
    }

    private static void count(Map<String, Long> dropped, String reason, long more) {
        if (more > 0) {
            dropped.merge(reason, more, Long::sum);
        }
    }

    /** Nanoseconds since 1970, to the millisecond; of a device that does not know what time it is, when it was heard. */
    private static Instant time(long nanos, Instant received) {
        if (nanos <= 0) {
            return received;
        }
        try {
            return Instant.EPOCH.plusNanos(nanos).truncatedTo(ChronoUnit.MILLIS);
        } catch (DateTimeException | ArithmeticException e) {
            return received;
        }
    }

    private static Intake rejected(byte[] raw, String why) {
        return new Intake.Rejected(raw, raw.length, RejectReason.WRONG_TYPE, why);
    }
}
