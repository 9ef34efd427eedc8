package io.qorrelate.collectors;

import static io.qorrelate.collectors.MockKafka.header;
import static io.qorrelate.collectors.MockKafka.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.model.DeadLetter;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.TelemetryJson;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class TelemetryPublisherTest {
    private static final Duration BRIEFLY = Duration.ofMillis(10);

    @Test
    void anEventTravelsUnderItsLinkAndSaysWhichCollectorTookIt() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            Shipment shipment = shipment(kafka);
            assertThat(offer(shipment, event(1), 1)).isEqualTo(Offer.TAKEN);

            assertThat(shipment.await(BRIEFLY)).isTrue();
            assertThat(kafka.events()).singleElement().satisfies(record -> {
                assertThat(text(record.key())).isEqualTo("a~b");
                assertThat(TelemetryJson.read(record.value()).id().value()).isEqualTo("a~b-1");
                assertThat(header(record, DeadLetter.COLLECTOR)).isEqualTo("test");
            });
            assertThat(kafka.count("qorrelate.events", "collector", "test", "kind", "link_quality"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aRejectedInputGoesWholeToTheDeadLettersWithItsStory() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            Shipment shipment = shipment(kafka);
            byte[] raw = {'{', 0, (byte) 0xFF, '\n'};
            offer(shipment, new Intake.Rejected(raw, raw.length, RejectReason.NOT_JSON, "not JSON: é"), 1);

            assertThat(shipment.rejected()).isEqualTo(1);
            assertThat(kafka.deadLetters()).singleElement().satisfies(record -> {
                assertThat(record.value()).isEqualTo(raw);
                assertThat(header(record, DeadLetter.REASON)).isEqualTo("not_json");
                assertThat(header(record, DeadLetter.DETAIL)).isEqualTo("not JSON: é");
                assertThat(header(record, DeadLetter.SOURCE)).isEqualTo("bench");
                assertThat(header(record, DeadLetter.COLLECTOR)).isEqualTo("test");
                assertThat(header(record, DeadLetter.RECEIVED)).isEqualTo("2026-11-23T10:00:30.000Z");
                assertThat(header(record, TelemetryPublisher.POSITION)).isEqualTo("line 1");
                assertThat(header(record, TelemetryPublisher.TOTAL_BYTES)).isNull();
            });
            assertThat(kafka.count("qorrelate.rejects", "collector", "test", "reason", "not_json"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aDeadLetterThatIsOnlyABeginningSaysHowLongTheInputWas() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            offer(shipment(kafka), new Intake.Rejected(new byte[3], 99, RejectReason.TOO_LARGE, "too large"), 1);
            assertThat(header(kafka.deadLetters().getFirst(), TelemetryPublisher.TOTAL_BYTES))
                    .isEqualTo("99");
        }
    }

    @Test
    void whenTheBudgetIsUsedUpTheAnswerIsFullUntilKafkaAcknowledges() throws Exception {
        try (MockKafka kafka = MockKafka.silent()) {
            Shipment shipment = shipment(kafka);
            Intake large = new Intake.Rejected(new byte[7 << 20], 7 << 20, RejectReason.TOO_LARGE, "too large");
            assertThat(offer(shipment, large, 1)).isEqualTo(Offer.TAKEN);
            assertThat(offer(shipment, large, 2)).isEqualTo(Offer.TAKEN);
            assertThat(offer(shipment, large, 3)).isEqualTo(Offer.FULL);

            assertThat(kafka.producer().completeNext()).isTrue();

            assertThat(offer(shipment, large, 3)).isEqualTo(Offer.TAKEN);
            assertThat(shipment.firstMissing()).hasValue(2);
        }
    }

    @Test
    void whileKafkaIsAwayNothingIsTakenAndNothingBlocks() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            kafka.goAway();
            assertThat(offer(shipment(kafka), event(1), 1)).isEqualTo(Offer.UNAVAILABLE);
            assertThat(kafka.publisher().problem()).isEqualTo("Kafka does not answer");

            kafka.comeBack();
            assertThat(offer(shipment(kafka), event(1), 1)).isEqualTo(Offer.TAKEN);
            assertThat(kafka.publisher().problem()).isNull();
        }
    }

    @Test
    void messagesThatNobodyAcknowledgesCountAsKafkaBeingAway() throws Exception {
        try (MockKafka kafka = MockKafka.silent()) {
            Shipment shipment = shipment(kafka);
            offer(shipment, event(1), 1);

            assertThat(shipment.await(Duration.ofSeconds(10))).isFalse();
            assertThat(offer(shipment, event(2), 2)).isEqualTo(Offer.UNAVAILABLE);
            assertThat(kafka.publisher().problem()).contains("acknowledged nothing");

            kafka.producer().completeNext();
            assertThat(shipment.await(BRIEFLY)).isTrue();
            assertThat(offer(shipment, event(2), 2)).isEqualTo(Offer.TAKEN);
        }
    }

    @Test
    void afterAFailureNothingMoreIsTakenAndTheRestStartsAtWhatFailed() throws Exception {
        try (MockKafka kafka = MockKafka.silent()) {
            Shipment shipment = shipment(kafka);
            offer(shipment, event(1), 1);
            offer(shipment, event(2), 2);
            offer(shipment, event(3), 3);
            kafka.producer().completeNext();
            kafka.producer().errorNext(new TimeoutException("expired"));
            kafka.producer().completeNext();

            assertThat(shipment.await(BRIEFLY)).isFalse();
            assertThat(shipment.accepted()).isEqualTo(2);
            assertThat(shipment.firstMissing()).hasValue(2);
            assertThat(offer(shipment, event(4), 4)).isEqualTo(Offer.UNAVAILABLE);
        }
    }

    @Test
    void aProducerThatThrowsIsAFailureLikeAnyOther() throws Exception {
        try (MockKafka kafka = MockKafka.acknowledging()) {
            kafka.producer().sendException = new KafkaException("broken");
            Shipment shipment = shipment(kafka);
            offer(shipment, event(1), 1);

            assertThat(shipment.await(BRIEFLY)).isFalse();
            assertThat(shipment.failure()).hasMessage("broken");
        }
    }

    @Test
    void aTopicThatIsTooNarrowGetsTheBeginningInsteadOfBlockingTheWay() throws Exception {
        try (MockKafka kafka = MockKafka.silent()) {
            Shipment shipment = shipment(kafka);
            byte[] raw = new byte[2 << 20];
            offer(shipment, new Intake.Rejected(raw, raw.length, RejectReason.TOO_LARGE, "too large"), 1);
            kafka.producer().errorNext(new RecordTooLargeException("max.message.bytes"));
            kafka.producer().completeNext();

            assertThat(shipment.await(BRIEFLY)).isTrue();
            assertThat(kafka.deadLetters()).last().satisfies(record -> {
                assertThat(record.value()).hasSize(512 << 10);
                assertThat(header(record, TelemetryPublisher.TOTAL_BYTES)).isEqualTo(Integer.toString(2 << 20));
            });
        }
    }

    @Test
    void whatIsClosedTakesNothing() throws Exception {
        MockKafka kafka = MockKafka.acknowledging();
        kafka.close();
        assertThat(offer(shipment(kafka), event(1), 1)).isEqualTo(Offer.UNAVAILABLE);
    }

    private static Shipment shipment(MockKafka kafka) {
        return new Shipment(kafka.publisher(), "test", "bench");
    }

    private static Offer offer(Shipment shipment, Intake intake, int number) throws InterruptedException {
        return shipment.offer(intake, number, "line " + number, BRIEFLY);
    }

    private static Intake event(int second) throws Exception {
        byte[] bytes = Samples.quality("a~b", second).getBytes(UTF_8);
        return new Intake.Accepted(TelemetryJson.read(bytes), bytes);
    }
}
