package io.qorrelate.collectors.mapping;

import io.qorrelate.model.Kind;
import io.qorrelate.model.Observable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The fields that a template may fill. */
final class ContractFields {
    /** Every kind has them; {@code kind} and {@code labels} are read by themselves. */
    private static final List<String> COMMON = List.of("time", "link", "node", "source");

    private static final Set<String> NUMBERS = numbers();

    private ContractFields() {}

    static List<String> of(Kind kind) {
        List<String> fields = new ArrayList<>(COMMON);
        Observable.of(kind).forEach(observable -> fields.add(observable.field()));
        fields.addAll(
                switch (kind) {
                    case LINK_QUALITY, KEY_RATE -> List.<String>of();
                    case KEY_DELIVERY ->
                        List.of(
                                "key_count",
                                "key_size_bits",
                                "master_sae",
                                "slave_sae",
                                "first_key_id",
                                "generated_from",
                                "generated_to");
                    case AUTH_FAILURE -> List.of("plane", "reason", "principal", "origin", "count");
                    case CALIBRATION -> List.of("routine", "phase", "initiator", "principal", "offset");
                    case TRANSPORT -> List.of("event", "position_km", "loss_db", "to");
                    case ENVIRONMENT -> List.of("power", "cooling");
                    case PHYSICAL_ACCESS -> List.of("event", "principal");
                    case POLICY -> List.of("decision", "reason", "principal");
                });
        return fields;
    }

    static boolean isOfEveryKind(String field) {
        return COMMON.contains(field);
    }

    /** Whether the contract wants a number there, so that a text that is one is turned into it. */
    static boolean isNumber(String field) {
        return NUMBERS.contains(field);
    }

    private static Set<String> numbers() {
        Set<String> numbers =
                Arrays.stream(Observable.values()).map(Observable::field).collect(Collectors.toSet());
        numbers.addAll(List.of("key_count", "key_size_bits", "count", "offset", "position_km"));
        return Set.copyOf(numbers);
    }
}
