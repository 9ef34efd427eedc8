package io.qorrelate.diagnosis.rules;

import io.qorrelate.model.AuthFailure;
import io.qorrelate.model.Calibration;
import io.qorrelate.model.Environment;
import io.qorrelate.model.KeyDelivery;
import io.qorrelate.model.KeyRate;
import io.qorrelate.model.Kind;
import io.qorrelate.model.LinkQuality;
import io.qorrelate.model.Observable;
import io.qorrelate.model.PhysicalAccess;
import io.qorrelate.model.Policy;
import io.qorrelate.model.Readings;
import io.qorrelate.model.TelemetryEvent;
import io.qorrelate.model.Transport;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The contract's fields of an event by name, as rules name them. */
final class EventFieldReader {
    static final String LABELS = "labels.";

    private static final List<String> COMMON = List.of("link", "node", "source");

    private static final List<Observable> OBSERVABLES = List.of(Observable.values());

    private static final Enum<?>[] NO_WORDS = {};

    private EventFieldReader() {}

    /** Fields that rules of a category may name, besides {@code labels.*}. */
    static List<String> fieldsOf(Kind kind) {
        List<String> fields = new ArrayList<>(COMMON);
        Observable.of(kind).forEach(observable -> fields.add(observable.field()));
        fields.addAll(
                switch (kind) {
                    case LINK_QUALITY, KEY_RATE -> List.of();
                    case KEY_DELIVERY ->
                        List.of("key_count", "key_size_bits", "master_sae", "slave_sae", "first_key_id");
                    case AUTH_FAILURE -> List.of("plane", "reason", "principal", "origin", "count");
                    case CALIBRATION -> List.of("routine", "phase", "initiator", "principal", "offset");
                    case TRANSPORT -> List.of("event", "position_km", "loss_db", "to");
                    case ENVIRONMENT -> List.of("power", "cooling");
                    case PHYSICAL_ACCESS -> List.of("event", "principal");
                    case POLICY -> List.of("decision", "reason", "principal");
                });
        return fields;
    }

    /** Whether any category has the field. */
    static boolean isKnown(String field) {
        return field.startsWith(LABELS)
                || Arrays.stream(Kind.values()).anyMatch(kind -> fieldsOf(kind).contains(field));
    }

    /** The words a field can hold, in lower case; empty where it holds free text or a number. */
    static List<String> wordsOf(Kind kind, String field) {
        Enum<?>[] constants = switch (kind) {
            case AUTH_FAILURE ->
                switch (field) {
                    case "plane" -> AuthFailure.Plane.values();
                    case "reason" -> AuthFailure.Reason.values();
                    default -> NO_WORDS;
                };
            case CALIBRATION ->
                switch (field) {
                    case "routine" -> Calibration.Routine.values();
                    case "phase" -> Calibration.Phase.values();
                    case "initiator" -> Calibration.Initiator.values();
                    default -> NO_WORDS;
                };
            case TRANSPORT -> field.equals("event") ? Transport.Event.values() : NO_WORDS;
            case ENVIRONMENT ->
                switch (field) {
                    case "power" -> Environment.Power.values();
                    case "cooling" -> Environment.Cooling.values();
                    default -> NO_WORDS;
                };
            case PHYSICAL_ACCESS -> field.equals("event") ? PhysicalAccess.Event.values() : NO_WORDS;
            case POLICY -> field.equals("decision") ? Policy.Decision.values() : NO_WORDS;
            case LINK_QUALITY, KEY_RATE, KEY_DELIVERY -> NO_WORDS;
        };
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The observable that a field of a category is; null where it is none. */
    static @Nullable Observable observable(Kind kind, String field) {
        return COMMON.contains(field) ? null : observable(Observable.of(kind), field);
    }

    private static @Nullable Observable observable(List<Observable> observables, String field) {
        for (Observable observable : observables) {
            if (observable.field().equals(field)) {
                return observable;
            }
        }
        return null;
    }

    /** The readings of an event; null where it has none. */
    static @Nullable Readings readings(TelemetryEvent event) {
        return switch (event) {
            case LinkQuality quality -> quality.readings();
            case KeyRate rate -> rate.readings();
            case Environment environment -> environment.readings();
            default -> null;
        };
    }

    /** A field's value: a String, a Double, or null where it is absent. */
    static @Nullable Object value(TelemetryEvent event, String field) {
        if (field.startsWith(LABELS)) {
            return event.labels().get(field.substring(LABELS.length()));
        }
        return switch (field) {
            case "link" -> event.link();
            case "node" -> event.node();
            case "source" -> event.source();
            default -> own(event, field);
        };
    }

    private static @Nullable Object own(TelemetryEvent event, String field) {
        return switch (event) {
            case LinkQuality quality -> reading(quality.readings(), field);
            case KeyRate rate -> reading(rate.readings(), field);
            case KeyDelivery delivery ->
                switch (field) {
                    case "key_count" -> number(delivery.keyCount());
                    case "key_size_bits" -> number(delivery.keySizeBits());
                    case "master_sae" -> delivery.masterSae();
                    case "slave_sae" -> delivery.slaveSae();
                    case "first_key_id" -> delivery.firstKeyId();
                    default -> null;
                };
            case AuthFailure failure ->
                switch (field) {
                    case "plane" -> word(failure.plane());
                    case "reason" -> word(failure.reason());
                    case "principal" -> failure.principal();
                    case "origin" -> failure.origin();
                    case "count" -> (double) failure.count();
                    default -> null;
                };
            case Calibration calibration ->
                switch (field) {
                    case "routine" -> word(calibration.routine());
                    case "phase" -> word(calibration.phase());
                    case "initiator" -> word(calibration.initiator());
                    case "principal" -> calibration.principal();
                    case "offset" -> number(calibration.offset());
                    default -> null;
                };
            case Transport transport ->
                switch (field) {
                    case "event" -> word(transport.event());
                    case "position_km" -> number(transport.positionKm());
                    case "loss_db" -> number(transport.lossDb());
                    case "to" -> transport.to();
                    default -> null;
                };
            case Environment environment ->
                switch (field) {
                    case "power" -> word(environment.power());
                    case "cooling" -> word(environment.cooling());
                    default -> reading(environment.readings(), field);
                };
            case PhysicalAccess access ->
                switch (field) {
                    case "event" -> word(access.event());
                    case "principal" -> access.principal();
                    default -> null;
                };
            case Policy policy ->
                switch (field) {
                    case "decision" -> word(policy.decision());
                    case "reason" -> policy.reason();
                    case "principal" -> policy.principal();
                    default -> null;
                };
        };
    }

    private static @Nullable Object reading(Readings readings, String field) {
        Observable observable = observable(OBSERVABLES, field);
        return observable != null && readings.has(observable) ? (Object) readings.value(observable) : null;
    }

    private static @Nullable String word(@Nullable Enum<?> value) {
        return value == null ? null : value.name().toLowerCase(Locale.ROOT);
    }

    private static @Nullable Double number(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }

    private static @Nullable Double number(OptionalLong value) {
        return value.isPresent() ? (Double) (double) value.getAsLong() : null;
    }
}
