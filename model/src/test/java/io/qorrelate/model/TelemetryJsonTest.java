package io.qorrelate.model;

import static io.qorrelate.model.Samples.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TelemetryJsonTest {
    private static TelemetryEvent read(String json) throws InvalidEvent {
        return TelemetryJson.read(json);
    }

    private static InvalidEvent rejectionOf(String json) {
        return rejectionOf(json.getBytes(UTF_8));
    }

    private static InvalidEvent rejectionOf(byte[] json) {
        InvalidEvent rejection = catchThrowableOfType(InvalidEvent.class, () -> TelemetryJson.read(json));
        assertThat(rejection).as(new String(json, UTF_8)).isNotNull();
        return rejection;
    }

    private static String written(TelemetryEvent event) {
        return new String(TelemetryJson.write(event), UTF_8);
    }

    @Nested
    class Reading {
        @Test
        void theContractsExampleIsReadFieldByField() throws InvalidEvent {
            assertThat(read(Samples.CONTRACT_EXAMPLE)).isInstanceOfSatisfying(LinkQuality.class, quality -> {
                assertThat(quality.time()).isEqualTo("2026-11-23T10:00:10Z");
                assertThat(quality.link()).isEqualTo("ams-1~del-1");
                assertThat(quality.node()).isNull();
                assertThat(quality.source()).isNull();
                assertThat(quality.key()).isEqualTo("ams-1~del-1");
                assertThat(quality.labels()).isEmpty();
                assertThat(quality.readings().asMap())
                        .containsExactly(
                                entry(Observable.QBER, 0.0213),
                                entry(Observable.SIFTED_BITS, 41200.0),
                                entry(Observable.VISIBILITY, 0.981),
                                entry(Observable.LOSS_DB, 7.9),
                                entry(Observable.DETECTION_RATE_HZ, 61200.0),
                                entry(Observable.GAIN_SIGNAL, 0.0042),
                                entry(Observable.GAIN_DECOY, 0.00081));
            });
        }

        @ParameterizedTest
        @EnumSource
        void anEventNeedsNoneOfItsKindsOwnFields(Kind kind) throws InvalidEvent {
            TelemetryEvent bare = read(event(kind));

            assertThat(bare.kind()).isEqualTo(kind);
            assertThat(bare.key()).isEqualTo(kind.needsLink() ? "ams-1~del-1" : "ams-1");
            assertThat(read(written(bare))).isEqualTo(bare);
        }

        @Test
        void anAuthFailureStandsForOneUnlessItSaysHowMany() throws InvalidEvent {
            assertThat(((AuthFailure) read(event(Kind.AUTH_FAILURE))).count()).isEqualTo(1);
            assertThat(((AuthFailure) read(event(Kind.AUTH_FAILURE, "\"count\":12"))).count())
                    .isEqualTo(12);
        }

        @ParameterizedTest
        @EnumSource
        void nullIsTheSameAsAbsent(Kind kind) throws InvalidEvent {
            String[] nulls = namesOf(Samples.filled(kind))
                    .filter(name -> !name.equals("time") && !name.equals("kind"))
                    .filter(name -> !name.equals(kind.needsLink() ? "link" : "node"))
                    .map(name -> '"' + name + "\":null")
                    .toArray(String[]::new);

            assertThat(read(event(kind, nulls))).isEqualTo(read(event(kind)));
        }

        @Test
        void aNodeCanBeTheSubjectWhereNoLinkIsNeeded() throws InvalidEvent {
            TelemetryEvent event = read(event(Kind.ENVIRONMENT, "\"temperature_c\":21.5"));

            assertThat(event.link()).isNull();
            assertThat(event.key()).isEqualTo("ams-1");
        }

        @Test
        void theLinkIsTheSubjectWhereBothAreNamed() throws InvalidEvent {
            assertThat(read(event(Kind.POLICY, "\"link\":\"ams-1~del-1\"")).key())
                    .isEqualTo("ams-1~del-1");
        }

        @Test
        void wholeNumbersMayBeWrittenWithAFractionOfZero() throws InvalidEvent {
            KeyDelivery delivery = (KeyDelivery) read(event(Kind.KEY_DELIVERY, "\"key_count\":1.6e1"));

            assertThat(delivery.keyCount()).isEqualTo(OptionalLong.of(16));
        }

        @Test
        void timesOfAnyOffsetAreKeptInUtcToTheMillisecond() throws InvalidEvent {
            String json = event(Kind.POLICY).replace("10:00:10.000Z", "11:30:10.1239+01:30");

            assertThat(read(json).time()).isEqualTo(Instant.parse("2026-11-23T10:00:10.123Z"));
        }

        @Test
        void onlyTheGivenPartOfTheBytesIsRead() throws InvalidEvent {
            byte[] line = ("garbage" + Samples.CONTRACT_EXAMPLE + "\ngarbage").getBytes(UTF_8);

            assertThat(TelemetryJson.read(line, 7, line.length - 7 - 8)).isEqualTo(read(Samples.CONTRACT_EXAMPLE));
        }

        @Test
        void minusZeroIsZero() throws InvalidEvent {
            assertThat(read(event(Kind.LINK_QUALITY, "\"loss_db\":-0.0")))
                    .isEqualTo(read(event(Kind.LINK_QUALITY, "\"loss_db\":0")));
            assertThat(((Calibration) read(event(Kind.CALIBRATION, "\"offset\":-0.0"))).offset())
                    .isEqualTo(OptionalDouble.of(0));
        }

        private static Stream<String> namesOf(TelemetryEvent event) {
            try {
                return TelemetryJson.MAPPER
                        .readTree(TelemetryJson.write(event))
                        .propertyStream()
                        .map(Map.Entry::getKey);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Nested
    class Writing {
        @ParameterizedTest
        @EnumSource
        void anEventWithEveryFieldFilledComesBackWhole(Kind kind) throws InvalidEvent {
            TelemetryEvent event = Samples.filled(kind);

            assertThat(read(written(event))).isEqualTo(event);
        }

        @Test
        void fieldsStandInTheContractsOrderAndLabelsByName() {
            assertThat(written(Samples.filled(Kind.AUTH_FAILURE))).isEqualTo("""
                            {"id":"rx-7/000123","time":"2026-11-23T10:00:10.250Z","kind":"auth_failure",\
                            "link":"ams-1~del-1","node":"del-1","source":"rx-7","plane":"key_api",\
                            "reason":"expired_certificate","principal":"sae-bank-a","origin":"192.0.2.17","count":3,\
                            "labels":{"firmware":"4.2.1","rack":"B 12 \\"left\\""}}""");
        }

        @Test
        void observablesStandInTheContractsOrderHoweverTheyCame() throws InvalidEvent {
            assertThat(written(read(event(
                            Kind.LINK_QUALITY,
                            "\"id\":\"e\"",
                            "\"gain_decoy\":8.1E-4",
                            "\"sifted_bits\":4.12e4",
                            "\"qber\":2.130e-2"))))
                    .isEqualTo("""
                            {"id":"e","time":"2026-11-23T10:00:10.000Z","kind":"link_quality","link":"ams-1~del-1",\
                            "qber":0.0213,"sifted_bits":41200,"gain_decoy":8.1E-4}""");
        }

        @Test
        void numbersBeyondTheExactWholeOnesKeepTheirValue() throws InvalidEvent {
            String json = event(Kind.LINK_QUALITY, "\"sifted_bits\":1e300", "\"loss_db\":-9007199254740993");

            assertThat(((LinkQuality) read(written(read(json)))).readings().asMap())
                    .containsExactly(
                            entry(Observable.SIFTED_BITS, 1e300), entry(Observable.LOSS_DB, -9007199254740992.0));
        }

        @Test
        void absentFieldsAreNotWritten() throws InvalidEvent {
            assertThat(written(read(event(Kind.KEY_DELIVERY, "\"id\":\"e\"")))).isEqualTo("""
                            {"id":"e","time":"2026-11-23T10:00:10.000Z","kind":"key_delivery","node":"ams-1"}""");
        }
    }

    @Nested
    class Identity {
        private static final String SAME = event(
                Kind.AUTH_FAILURE, "\"reason\":\"replay\"", "\"rack\":\"B\"", "\"where\":{\"row\":1,\"shelf\":2}");

        static final String[] THE_SAME_WRITTEN_OTHERWISE = {
            SAME,
            SAME.replace(",", " ,\n\t"),
            SAME.replace("}}", "},\"principal\":null,\"link\":null,\"id\":null,\"labels\":null}"),
            SAME.replace("}}", "},\"count\":1}"),
            SAME.replace("}}", "},\"count\":1.0}"),
            SAME.replace("10:00:10.000Z", "11:00:10+01:00"),
            SAME.replace("10:00:10.000Z", "10:00:10.000999Z"),
            SAME.replace("\"rack\":\"B\"", "\"labels\":{\"rack\":\"B\"}"),
            SAME.replace("\"row\":1,\"shelf\":2", "\"shelf\":2,\"row\":1"),
            SAME.replace("replay", "\\u0072eplay"),
            """
            {"where":{"row":1,"shelf":2},"rack":"B","node":"ams-1","reason":"replay","kind":"auth_failure",\
            "time":"2026-11-23T10:00:10.000Z"}""",
        };

        @ParameterizedTest
        @FieldSource("THE_SAME_WRITTEN_OTHERWISE")
        void theSameContentIsTheSameEventHoweverItIsWritten(String otherwise) throws InvalidEvent {
            assertThat(read(otherwise)).isEqualTo(read(SAME));
            assertThat(read(otherwise).id()).isEqualTo(read(SAME).id());
        }

        @Test
        void differentContentIsADifferentEvent() throws InvalidEvent {
            String base = event(Kind.LINK_QUALITY);
            String[] different = {
                base,
                base.replace("10.000Z", "10.001Z"),
                base.replace("ams-1~del-1", "ams-1~del-2"),
                base.replace("link_quality", "key_rate"),
                event(Kind.LINK_QUALITY, "\"node\":\"ams-1\""),
                event(Kind.LINK_QUALITY, "\"source\":\"ams-1\""),
                event(Kind.LINK_QUALITY, "\"qber\":0"),
                event(Kind.LINK_QUALITY, "\"qber\":0.02"),
                event(Kind.LINK_QUALITY, "\"qber\":0.020000000000000004"),
                event(Kind.LINK_QUALITY, "\"qber_x\":0.02"),
                event(Kind.LINK_QUALITY, "\"rack\":\"B\""),
                event(Kind.LINK_QUALITY, "\"rack\":\"C\""),
            };

            assertThat(Arrays.stream(different).map(TelemetryJsonTest::idOf)).doesNotHaveDuplicates();
        }

        @Test
        void theDerivedIdIsTheSameInEveryReleaseSoThatALateResendIsKnown() throws InvalidEvent {
            assertThat(read(Samples.CONTRACT_EXAMPLE).id().value()).isEqualTo("0dd59ce694d363e582b04944a1e57469");
        }

        @Test
        void theProducersOwnIdIsKept() throws InvalidEvent {
            assertThat(read(event(Kind.POLICY, "\"id\":\"policy/7\"")).id()).isEqualTo(new EventId("policy/7"));
        }

        @Test
        void anEventThatWasWrittenKeepsItsDerivedId() throws InvalidEvent {
            TelemetryEvent event = read(Samples.CONTRACT_EXAMPLE);

            assertThat(read(written(event)).id()).isEqualTo(event.id());
        }
    }

    private static EventId idOf(String json) {
        try {
            return read(json).id();
        } catch (InvalidEvent e) {
            throw new AssertionError(json, e);
        }
    }

    @Nested
    class Labels {
        @Test
        void unknownFieldsAreKeptAsText() throws InvalidEvent {
            String json = event(
                    Kind.LINK_QUALITY,
                    "\"vendor\":\"acme\"",
                    "\"channel\":34",
                    "\"locked\":true",
                    "\"gates\":[1, 2.5, \"x\"]",
                    "\"place\":{\"rack\": {\"unit\": 4}}",
                    "\"nothing\":null");

            assertThat(read(json).labels())
                    .containsExactly(
                            entry("channel", "34"),
                            entry("gates", "[1,2.5,\"x\"]"),
                            entry("locked", "true"),
                            entry("place", "{\"rack\":{\"unit\":4}}"),
                            entry("vendor", "acme"));
        }

        @Test
        void theProducersOwnLabelsWinOverUnknownFieldsOfTheSameName() throws InvalidEvent {
            String json = event(
                    Kind.POLICY,
                    "\"labels\":{\"zone\":\"own\",\"n\":1,\"gone\":null,\"deep\":[true]}",
                    "\"zone\":\"unknown\"");

            assertThat(read(json).labels())
                    .containsExactly(entry("deep", "[true]"), entry("n", "1"), entry("zone", "own"));
        }

        @Test
        void aFieldOfAnotherKindIsNoFieldOfThisOneAndNeverAnError() throws InvalidEvent {
            assertThat(read(event(Kind.POLICY, "\"qber\":7", "\"plane\":\"of glass\""))
                            .labels())
                    .containsExactly(entry("plane", "of glass"), entry("qber", "7"));
        }

        @Test
        void labelsCannotBeChangedAfterwards() throws InvalidEvent {
            var labels = read(event(Kind.POLICY, "\"zone\":\"a\"")).labels();

            assertThatCode(() -> labels.put("zone", "b")).isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Nested
    class Rejecting {
        static Stream<Arguments> badInput() {
            String bare = event(Kind.LINK_QUALITY);
            String longName = "n".repeat(Header.MAX_NAME_LENGTH + 1);
            return Stream.of(
                    arguments(RejectReason.NOT_JSON, "", "not JSON"),
                    arguments(RejectReason.NOT_JSON, "   ", "not JSON"),
                    arguments(RejectReason.NOT_JSON, "qber=0.02", "not JSON"),
                    arguments(RejectReason.NOT_JSON, bare.substring(0, 60), "not JSON"),
                    arguments(RejectReason.NOT_JSON, bare + bare, "not JSON"),
                    arguments(RejectReason.NOT_JSON, bare + "}", "not JSON"),
                    arguments(RejectReason.NOT_JSON, bare + " x", "not JSON"),
                    arguments(RejectReason.NOT_JSON, "[" + bare + "]", "expected a JSON object, found an array"),
                    arguments(RejectReason.NOT_JSON, "\"link_quality\"", "expected a JSON object, found a string"),
                    arguments(RejectReason.NOT_JSON, "42", "expected a JSON object, found a number"),
                    arguments(RejectReason.NOT_JSON, "true", "expected a JSON object, found true or false"),
                    arguments(RejectReason.NOT_JSON, "null", "expected a JSON object, found nothing"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "\"qber\":NaN"), "NaN"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "\"qber\":Infinity"), "Infinity"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "\"qber\":.5"), "not JSON"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "'qber':0.5"), "not JSON"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "\"link\":\"other\""), "'link'"),
                    arguments(RejectReason.NOT_JSON, event(Kind.LINK_QUALITY, "\"x\":{\"y\":1,\"y\":2}"), "'y'"),
                    arguments(RejectReason.MISSING_FIELD, "{}", "'kind'"),
                    arguments(RejectReason.MISSING_FIELD, bare.replace("\"kind\"", "\"kin\""), "'kind'"),
                    arguments(RejectReason.MISSING_FIELD, bare.replace("\"time\"", "\"timestamp\""), "'time'"),
                    arguments(RejectReason.MISSING_FIELD, bare.replaceFirst("\"2026[^\"]*\"", "null"), "'time'"),
                    arguments(RejectReason.MISSING_FIELD, bare.replace("\"link\"", "\"node\""), "'link'"),
                    arguments(RejectReason.MISSING_FIELD, bare.replace("\"ams-1~del-1\"", "null"), "'link'"),
                    arguments(
                            RejectReason.MISSING_FIELD, event(Kind.POLICY).replace("\"node\"", "\"nodes\""), "'node'"),
                    arguments(
                            RejectReason.UNKNOWN_KIND, bare.replace("link_quality", "weather"), "'kind' is 'weather'"),
                    arguments(
                            RejectReason.UNKNOWN_KIND,
                            bare.replace("link_quality", "LINK_QUALITY"),
                            "'kind' is 'LINK_QUALITY'"),
                    arguments(
                            RejectReason.WRONG_TYPE, bare.replace("\"link_quality\"", "7"), "'kind' must be a string"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            bare.replaceFirst("\"2026[^\"]*\"", "1763892010"),
                            "'time' must be a string, was a number"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            bare.replace("2026-11-23T", "23.11.2026 "),
                            "'time' must be an RFC 3339 time"),
                    arguments(
                            RejectReason.WRONG_TYPE, bare.replace("\"ams-1~del-1\"", "[1]"), "'link' must be a string"),
                    arguments(RejectReason.WRONG_TYPE, event(Kind.POLICY, "\"id\":7"), "'id' must be a string"),
                    arguments(
                            RejectReason.WRONG_TYPE, event(Kind.POLICY, "\"source\":{}"), "'source' must be a string"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.POLICY, "\"labels\":[]"),
                            "'labels' must be an object, was an array"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.LINK_QUALITY, "\"qber\":\"0.02\""),
                            "'qber' must be a number, was a string"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.LINK_QUALITY, "\"qber\":false"),
                            "'qber' must be a number, was true or false"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.KEY_DELIVERY, "\"key_count\":1.5"),
                            "'key_count' must be a whole number, was 1.5"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.KEY_DELIVERY, "\"key_count\":1e17"),
                            "'key_count' must be a whole number"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.KEY_DELIVERY, "\"generated_from\":\"noon\""),
                            "'generated_from' must be an RFC 3339 time"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.AUTH_FAILURE, "\"plane\":\"fast\""),
                            "'plane' must be one of classical_channel, key_api, management, identity; was 'fast'"),
                    arguments(
                            RejectReason.WRONG_TYPE,
                            event(Kind.TRANSPORT, "\"event\":\"FAILOVER\""),
                            "'event' must be one of loss_of_signal"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.LINK_QUALITY, "\"qber\":1.0000001"),
                            "qber must be 0..1, was 1.0000001"),
                    arguments(
                            RejectReason.OUT_OF_RANGE, event(Kind.LINK_QUALITY, "\"qber\":-0.1"), "qber must be 0..1"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.LINK_QUALITY, "\"detector_imbalance\":-1.01"),
                            "detector_imbalance must be -1..1"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.KEY_RATE, "\"stored_keys\":-1"),
                            "stored_keys must be at least 0"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.ENVIRONMENT, "\"temperature_c\":-273.2"),
                            "temperature_c must be at least -273.15"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.LINK_QUALITY, "\"loss_db\":1e999"),
                            "loss_db must be a finite number"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.KEY_DELIVERY, "\"key_size_bits\":-256"),
                            "key_size_bits must be at least 0"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(
                                    Kind.KEY_DELIVERY,
                                    "\"generated_from\":\"2026-11-23T10:00:10Z\"",
                                    "\"generated_to\":\"2026-11-23T10:00:09Z\""),
                            "generated_to is before generated_from"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.AUTH_FAILURE, "\"count\":0"),
                            "count must be at least 1, was 0"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.CALIBRATION, "\"offset\":-1e999"),
                            "offset must be a finite number"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            event(Kind.TRANSPORT, "\"position_km\":-0.5"),
                            "position_km must be at least 0"),
                    arguments(RejectReason.OUT_OF_RANGE, bare.replace("ams-1~del-1", " "), "link has 1 to 256"),
                    arguments(RejectReason.OUT_OF_RANGE, bare.replace("ams-1~del-1", longName), "link has 1 to 256"),
                    arguments(
                            RejectReason.OUT_OF_RANGE,
                            bare.replace("ams-1~del-1", "ams-1\\u0000"),
                            "link has no zero character"),
                    arguments(RejectReason.OUT_OF_RANGE, event(Kind.POLICY, "\"source\":\"\""), "source has 1 to 256"),
                    arguments(RejectReason.OUT_OF_RANGE, event(Kind.POLICY, "\"id\":\"\""), "id has 1 to 512"));
        }

        @ParameterizedTest
        @MethodSource("badInput")
        void badInputIsRefusedWithAWordForMachinesAndASentenceThatNamesTheField(
                RejectReason reason, String json, String sentence) {
            InvalidEvent rejection = rejectionOf(json);

            assertThat(rejection.reason()).isEqualTo(reason);
            assertThat(rejection).hasMessageContaining(sentence);
        }

        @Test
        void everyReasonButTheClocksAndTheSizeHasAnExampleAbove() {
            assertThat(badInput().map(example -> example.get()[0]).distinct())
                    .containsExactlyInAnyOrder(
                            RejectReason.NOT_JSON,
                            RejectReason.MISSING_FIELD,
                            RejectReason.UNKNOWN_KIND,
                            RejectReason.WRONG_TYPE,
                            RejectReason.OUT_OF_RANGE);
        }

        @Test
        void anEventOfAMebibyteIsAcceptedAndOneByteMoreIsTooLarge() throws InvalidEvent {
            String frame = event(Kind.POLICY, "\"note\":\"\"");
            String most = frame.replace("\"\"", '"' + "x".repeat(TelemetryJson.MAX_EVENT_BYTES - frame.length()) + '"');

            assertThat(read(most).labels()).containsKey("note");
            assertThat(rejectionOf(most + " ").reason()).isEqualTo(RejectReason.TOO_LARGE);
            assertThat(rejectionOf(most + " ")).hasMessageContaining("1048577").hasMessageContaining("1048576");
        }

        @Test
        void labelsMayNestThirtyOneDeepAndNoDeeper() throws InvalidEvent {
            assertThat(read(event(Kind.POLICY, "\"x\":" + "[".repeat(31) + "]".repeat(31)))
                            .labels())
                    .containsEntry("x", "[".repeat(31) + "]".repeat(31));
            assertThat(rejectionOf(event(Kind.POLICY, "\"x\":" + "[".repeat(32) + "]".repeat(32)))
                            .reason())
                    .isEqualTo(RejectReason.NOT_JSON);
            assertThat(rejectionOf("[".repeat(TelemetryJson.MAX_EVENT_BYTES)).reason())
                    .isEqualTo(RejectReason.NOT_JSON);
        }

        @ParameterizedTest
        @ValueSource(strings = {"ff", "c3", "c080", "eda080", "f4908080"})
        void bytesThatAreNotUtf8AreNotJson(String hex) {
            byte[] bad = HexFormat.of().parseHex(hex);
            byte[] json = event(Kind.POLICY, "\"note\":\"????\"").getBytes(UTF_8);
            System.arraycopy(bad, 0, json, json.length - 6, bad.length);

            assertThat(rejectionOf(json).reason()).isEqualTo(RejectReason.NOT_JSON);
        }

        @Test
        void aMessageQuotesOnlySoMuchOfWhatItRefuses() {
            String endless = "weather".repeat(100_000);

            assertThat(rejectionOf(event(Kind.POLICY).replace("policy", endless)))
                    .hasMessageStartingWith("'kind' is 'weatherweather")
                    .message()
                    .hasSize(500)
                    .endsWith("…");
        }

        @Test
        void aTreeThatIsNoObjectIsNoEvent() {
            InvalidEvent rejection =
                    catchThrowableOfType(InvalidEvent.class, () -> TelemetryJson.read(TextNode.valueOf("policy")));

            assertThat(rejection.reason()).isEqualTo(RejectReason.NOT_JSON);
        }
    }

    @Nested
    class FromTheFuture {
        private static final Duration SKEW = Duration.ofSeconds(20);

        @Test
        void aClockMayBeAheadByTheAllowedSkewAndNotAMillisecondMore() throws InvalidEvent {
            TelemetryEvent event = read(Samples.CONTRACT_EXAMPLE);
            Instant earliest = event.time().minus(SKEW);

            assertThatCode(() -> TelemetryJson.checkTime(event, earliest.plusMillis(1), SKEW))
                    .doesNotThrowAnyException();
            assertThatCode(() -> TelemetryJson.checkTime(event, earliest, SKEW)).doesNotThrowAnyException();

            InvalidEvent rejection = catchThrowableOfType(
                    InvalidEvent.class, () -> TelemetryJson.checkTime(event, earliest.minusMillis(1), SKEW));
            assertThat(rejection.reason()).isEqualTo(RejectReason.FUTURE_TIME);
            assertThat(rejection).hasMessage("'time' 2026-11-23T10:00:10.000Z is more than 20 s in the future");
        }

        @Test
        void thePastIsNeverTooLongAgo() throws InvalidEvent {
            TelemetryEvent event = read(Samples.CONTRACT_EXAMPLE);

            assertThatCode(() -> TelemetryJson.checkTime(event, Instant.parse("2100-01-01T00:00:00Z"), SKEW))
                    .doesNotThrowAnyException();
        }
    }
}
