package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeReaderTest {
    @TempDir
    private Path work;

    private NodeReader reader;

    @BeforeEach
    void make() throws IOException {
        reader = reader("");
    }

    private NodeReader reader(String more) throws IOException {
        return new NodeReader((SdnNode) Nodes.source(Nodes.file(work, "https://127.0.0.1:9", more)));
    }

    private List<Intake> read(String document) {
        return read(document.getBytes(UTF_8));
    }

    private List<Intake> read(byte[] document) {
        return reader.read(document, Nodes.INTAKE, MockKafka.NOW);
    }

    private static String sampleWith(String from, String to) {
        String sample = new String(Nodes.sample(), UTF_8);
        assertThat(sample).contains(from);
        return sample.replace(from, to);
    }

    @Test
    void everyNotificationBecomesWhatIsExpectedOfIt() {
        read(Nodes.sample());
        List<JsonNode> events = new ArrayList<>();
        for (String line : Nodes.resource("notifications.ndjson").lines().toList()) {
            for (Intake intake : read(line)) {
                ObjectNode event = (ObjectNode) Nodes.event(intake);
                event.remove("id");
                events.add(event);
            }
        }
        List<JsonNode> expected = Nodes.resource("notifications.expected.ndjson")
                .lines()
                .map(line -> Nodes.json(line.getBytes(UTF_8)))
                .toList();

        assertThat(events).containsExactlyElementsOf(expected);
    }

    @Test
    void aQberInPercentCostsItsOwnRejectionOnly() {
        List<Intake> found = read(sampleWith("\"0.021\"", "\"2.1\""));

        assertThat(Nodes.rejected(found)).singleElement().satisfies(rejected -> {
            assertThat(rejected.reason()).isEqualTo(RejectReason.OUT_OF_RANGE);
            assertThat(rejected.detail()).isEqualTo("qber must be 0..1, was 2.1");
            assertThat(Nodes.json(rejected.raw()).path("qkdl_id").asText()).isEqualTo(Nodes.LINK);
        });
        assertThat(Nodes.events(found)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "ACTIVE | SLEEPING | 'qkdl_status' is 'SLEEPING', which is none of ACTIVE, OFF, PASSIVE, PENDING | 2",
                "QBER | Q-BER | 'perf_type' is 'Q-BER', which is none of QBER, SNR | 2",
                "PHYS\" | COPPER\" | 'qkdl_type' is 'COPPER', which is none of PHYS, VIRT | 2",
                "ENABLED | BROKEN | 'qkdi_status' is 'BROKEN', which is none of DISABLED, ENABLED, FAILED | 4"
            })
    void aWordThatTheStandardLacksCostsItsEntryOnly(String word, String other, String detail, int events) {
        List<Intake> found = read(sampleWith("etsi-qkd-node-types:" + word, "etsi-qkd-node-types:" + other));

        assertThat(Nodes.rejected(found))
                .singleElement()
                .extracting(Intake.Rejected::detail)
                .isEqualTo(detail);
        assertThat(Nodes.events(found)).hasSize(events);
    }

    @Test
    void aWordThatAVendorDerivedIsKept() {
        List<Intake> found = read(sampleWith("etsi-qkd-node-types:ENABLED", "acme-qkd:WARMING-UP"));

        assertThat(Nodes.events(found))
                .anySatisfy(
                        event -> assertThat(event.at("/labels/interface_status").asText())
                                .isEqualTo("acme-qkd:WARMING-UP"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"fast\"", "-1", "1e999", "\"NaN\"", "[1]", "{\"a\":1}", "true", "\"0x1p3\""})
    void aKeyRateThatIsNoneIsNeverAReading(String rate) {
        List<Intake> found = read(sampleWith("\"skr\": 2140", "\"skr\": " + rate));

        assertThat(Nodes.events(found))
                .filteredOn(event -> event.path("link").asText().equals("ams-1~del-1"))
                .noneMatch(event -> event.has("secret_key_rate_bps"));
    }

    @Test
    void aLinkThatIsNotListedIsNamed() {
        List<Intake> found = read(sampleWith(Nodes.VIRTUAL_LINK, "00000000-0000-4000-8000-000000000000"));

        assertThat(Nodes.rejected(found))
                .singleElement()
                .extracting(Intake.Rejected::detail)
                .isEqualTo("'links' of the source places none of 00000000-0000-4000-8000-000000000000 (qkd_link)");
    }

    @Test
    void consumptionIsToldOnce() {
        assertThat(Nodes.events(read(Nodes.sample())))
                .filteredOn(event -> event.path("kind").asText().equals("key_delivery"))
                .hasSize(1);
        assertThat(Nodes.events(read(Nodes.sample())))
                .noneMatch(event -> event.path("kind").asText().equals("key_delivery"));
        assertThat(Nodes.events(read(sampleWith("\"consumed_bits\": 0", "\"consumed_bits\": 512")
                        .replace("2026-11-23T10:00:00+00:00", "2026-11-23T10:00:20Z"))))
                .filteredOn(event -> event.path("kind").asText().equals("key_delivery"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.path("time").asText()).isEqualTo("2026-11-23T10:00:20.000Z");
                    assertThat(event.at("/labels/consumed_bits").asText()).isEqualTo("512");
                });
    }

    @Test
    void whatSeveralLinksGaveIsTheNodesMatter() {
        List<JsonNode> events = Nodes.events(read(sampleWith(
                "\"backing_qkdl_id\": [\"" + Nodes.LINK + "\"]",
                "\"backing_qkdl_id\": [\"" + Nodes.LINK + "\", \"" + Nodes.VIRTUAL_LINK + "\"]")));

        assertThat(events)
                .filteredOn(event -> event.path("kind").asText().equals("key_delivery"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.has("link")).isFalse();
                    assertThat(event.path("node").asText()).isEqualTo("ams-1");
                });
    }

    @Test
    void anInterfaceOfNoKnownLinkIsNamed() {
        List<Intake> found =
                read(Nodes.resource("notifications.ndjson").lines().toList().get(4));

        assertThat(Nodes.rejected(found))
                .singleElement()
                .extracting(Intake.Rejected::detail)
                .isEqualTo("'links' of the source places none of 1 (sdqkdn_interface_down)");
    }

    @Test
    void aNodeIsPlacedByItsOwnNameWhereTheFileHasIt() throws IOException {
        reader = reader("nodes: {1d6b3c7e-0a51-4f0e-9a39-3c1f6a2b0001: ams-7}");

        assertThat(Nodes.events(read(Nodes.sample())))
                .allMatch(event -> event.path("node").asText().equals("ams-7"));
    }

    @Test
    void notificationsOfOthersAreNotOurs() {
        assertThat(read("""
                {"ietf-restconf:notification":{"eventTime":"2026-11-23T10:00:01Z",
                 "ietf-netconf-notifications:netconf-session-start":{"username":"x"}}}""")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\"eventTime\":\"yesterday\",", "", "\"eventTime\":\"2026-11-23 10:00:01\",", "\"eventTime\":17,"
            })
    void aNotificationWithoutATimeIsRejectedWhole(String time) {
        String document = "{\"ietf-restconf:notification\":{" + time
                + "\"etsi-qkd-sdn-node:sdqkdn_link_down\":{\"qkd_link\":{\"qkdl_id\":\"" + Nodes.LINK + "\"}}}}";

        assertThat(Nodes.rejected(read(document)))
                .singleElement()
                .satisfies(rejected -> assertThat(rejected.raw()).asString().isEqualTo(document));
    }

    @Test
    void aNotificationFromTheFutureIsRejected() {
        Instant future = MockKafka.NOW.plus(Duration.ofHours(1));
        List<Intake> found = read("{\"ietf-restconf:notification\":{\"eventTime\":\"" + future
                + "\",\"etsi-qkd-sdn-node:sdqkdn_link_down\":{\"qkd_link\":{\"qkdl_id\":\"" + Nodes.LINK + "\"}}}}");

        assertThat(Nodes.rejected(found))
                .singleElement()
                .extracting(Intake.Rejected::reason)
                .isEqualTo(RejectReason.FUTURE_TIME);
    }

    @Test
    void aReplayedNotificationIsTheSameEvent() {
        String line = Nodes.resource("notifications.ndjson").lines().toList().getFirst();

        assertThat(Nodes.events(read(line))).isEqualTo(Nodes.events(read(line)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{}",
                "{\"etsi-qkd-sdn-node:qkd_node\":[]}",
                "{\"etsi-qkd-sdn-node:qkd_node\":{\"qkdn_id\":\"x\"}",
                "<",
                "<rpc-reply/>",
                "<qkd_node>",
                "<qkd_node/>",
                "\u0000\u0001"
            })
    void whatIsNoNodeIsRejectedWhole(String document) {
        assertThat(Nodes.rejected(read(document))).hasSize(1);
    }

    @Test
    void listsThatAreNoneCostTheirOwnRejection() {
        List<Intake> found = read("""
                {"etsi-qkd-sdn-node:qkd_node":{"qkdn_id":"x",
                 "qkd_interfaces":{"qkd_interface":{"qkdi_id":1}},
                 "qkd_links":{"qkd_link":[7,{"qkdl_status":"etsi-qkd-node-types:ACTIVE"},
                   {"qkdl_id":"%s","qkdl_performance":{"skr":12}}]},
                 "qkd_applications":17}}""".formatted(Nodes.LINK));

        assertThat(Nodes.rejected(found))
                .extracting(Intake.Rejected::detail)
                .containsExactly(
                        "'qkd_interface' is no list", "an entry of 'qkd_link' is no object", "'qkdl_id' is required");
        assertThat(Nodes.events(found))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.path("secret_key_rate_bps").asInt()).isEqualTo(12));
    }
}
