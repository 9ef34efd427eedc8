package io.qorrelate.model;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Valid events of every kind, each field there or not by chance; the same seed gives the same events. */
final class RandomEvents {
    private static final String[] LETTERS = {
        "a", "Z", "7", "~", "-", " ", "\"", "\\", "/", "\n", "\t", "\u0001", "\u007f", "é", "µ", "量", "\u2028", "😀"
    };
    private static final long FIRST_MILLISECOND =
            Instant.parse("1980-01-01T00:00:00Z").toEpochMilli();
    private static final long LAST_MILLISECOND =
            Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private final Random random;

    RandomEvents(Random random) {
        this.random = random;
    }

    TelemetryEvent next() {
        return next(pick(Kind.values()));
    }

    TelemetryEvent next(Kind kind) {
        Header header = header(kind);
        return switch (kind) {
            case LINK_QUALITY -> new LinkQuality(header, readings(kind));
            case KEY_RATE -> new KeyRate(header, readings(kind));
            case KEY_DELIVERY -> {
                Instant from = maybe(this::time);
                Instant to = from == null ? maybe(this::time) : maybe(() -> from);
                yield new KeyDelivery(header, whole(), whole(), text(), text(), text(), from, to);
            }
            case AUTH_FAILURE ->
                new AuthFailure(
                        header,
                        maybe(() -> pick(AuthFailure.Plane.values())),
                        maybe(() -> pick(AuthFailure.Reason.values())),
                        text(),
                        text(),
                        1 + random.nextInt(1000));
            case CALIBRATION ->
                new Calibration(
                        header,
                        maybe(() -> pick(Calibration.Routine.values())),
                        maybe(() -> pick(Calibration.Phase.values())),
                        maybe(() -> pick(Calibration.Initiator.values())),
                        text(),
                        number(Observable.Range.FINITE));
            case TRANSPORT ->
                new Transport(
                        header,
                        maybe(() -> pick(Transport.Event.values())),
                        number(Observable.Range.NOT_NEGATIVE),
                        number(Observable.Range.FINITE),
                        text());
            case ENVIRONMENT ->
                new Environment(
                        header,
                        readings(kind),
                        maybe(() -> pick(Environment.Power.values())),
                        maybe(() -> pick(Environment.Cooling.values())));
            case PHYSICAL_ACCESS ->
                new PhysicalAccess(header, maybe(() -> pick(PhysicalAccess.Event.values())), text());
            case POLICY -> new Policy(header, maybe(() -> pick(Policy.Decision.values())), text(), text());
        };
    }

    private Header header(Kind kind) {
        String link = kind.needsLink() ? name() : maybe(this::name);
        String node = link == null ? name() : maybe(this::name);
        Map<String, String> labels = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            labels.put(letters(random.nextInt(5)), letters(random.nextInt(9)));
        }
        return new Header(new EventId(name()), time(), link, node, maybe(this::name), labels);
    }

    private Readings readings(Kind kind) {
        Readings.Builder readings = Readings.builder();
        for (Observable observable : Observable.of(kind)) {
            number(observable.range()).ifPresent(value -> readings.put(observable, value));
        }
        return readings.build();
    }

    /** Among the numbers the ends of the range, whole ones, and ones with all their digits. */
    private OptionalDouble number(Observable.Range range) {
        double min = Math.max(range.min(), -1e300);
        double max = Math.min(range.max(), 1e300);
        return switch (random.nextInt(6)) {
            case 0 -> OptionalDouble.of(min);
            case 1 -> OptionalDouble.of(max);
            case 2 -> OptionalDouble.of(Math.rint(Math.clamp(random.nextInt(100_000), min, max)));
            case 3 -> OptionalDouble.of(min / 2 + random.nextDouble() * (max / 2 - min / 2));
            default -> OptionalDouble.empty();
        };
    }

    private OptionalLong whole() {
        return random.nextBoolean() ? OptionalLong.of(random.nextLong(1L << 53)) : OptionalLong.empty();
    }

    private Instant time() {
        return Instant.ofEpochMilli(random.nextLong(FIRST_MILLISECOND, LAST_MILLISECOND + 1));
    }

    private @Nullable String text() {
        return maybe(() -> letters(random.nextInt(12)));
    }

    /** Names are never blank. */
    private String name() {
        return "n" + letters(random.nextInt(20));
    }

    private String letters(int count) {
        StringBuilder letters = new StringBuilder();
        for (int i = 0; i < count; i++) {
            letters.append(pick(LETTERS));
        }
        return letters.toString();
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }
}
