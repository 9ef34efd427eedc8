package io.qorrelate.model;

import static io.qorrelate.model.Samples.event;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schemas say what the code does: neither more nor less. */
class SchemaTest {
    private static final Path FOLDER = Path.of("..", "docs", "schema");
    private static final SchemaRegistry REGISTRY =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private static final JsonNode EVENT = load("telemetry-event");
    private static final JsonNode FINDING = load("finding");
    private static final JsonNode INCIDENT = load("incident");

    /** Units of the numbers that are fields of records rather than observables. */
    private static final Map<String, String> UNITS = Map.of(
            "key_count", "keys",
            "key_size_bits", "bits",
            "count", "failures",
            "offset", "the routine’s own",
            "position_km", "km",
            "loss_db", "dB");

    private static JsonNode load(String name) {
        try {
            return TelemetryJson.MAPPER.readTree(
                    FOLDER.resolve(name + ".schema.json").toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode tree(String json) {
        try {
            return TelemetryJson.MAPPER.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<com.networknt.schema.Error> complaints(JsonNode schema, JsonNode instance) {
        Schema compiled = REGISTRY.getSchema(schema);
        return compiled.validate(
                instance, context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }

    private static boolean readerAccepts(JsonNode event) {
        try {
            TelemetryJson.read(event);
            return true;
        } catch (InvalidEvent e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"telemetry-event", "finding", "incident"})
    void everySchemaIsItselfValid(String name) {
        Schema meta = REGISTRY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));

        assertThat(meta.validate(load(name))).isEmpty();
    }

    // Events

    @Test
    void theContractsExampleValidates() {
        assertThat(complaints(EVENT, tree(Samples.CONTRACT_EXAMPLE))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyEventThatIsWrittenValidates(Kind kind) throws IOException {
        assertThat(complaints(EVENT, TelemetryJson.MAPPER.readTree(TelemetryJson.write(Samples.filled(kind)))))
                .isEmpty();
        RandomEvents events = new RandomEvents(new Random(7));
        for (int i = 0; i < 50; i++) {
            byte[] json = TelemetryJson.write(events.next(kind));
            assertThat(complaints(EVENT, TelemetryJson.MAPPER.readTree(json)))
                    .as(() -> new String(json, UTF_8))
                    .isEmpty();
        }
    }

    static Stream<Arguments> judgedAlike() {
        String bare = event(Kind.LINK_QUALITY);
        return Stream.of(
                arguments(true, bare),
                arguments(true, bare.replace("10:00:10.000Z", "10:00:10z")),
                arguments(true, bare.replace("10:00:10.000Z", "10:00:10.123456789-05:30")),
                arguments(true, bare.replace("10:00:10.000Z", "10:00:10+18:00")),
                arguments(true, event(Kind.LINK_QUALITY, "\"id\":null", "\"node\":null", "\"source\":null")),
                arguments(true, event(Kind.LINK_QUALITY, "\"qber\":null", "\"labels\":null")),
                arguments(true, event(Kind.LINK_QUALITY, "\"qber\":0", "\"visibility\":1", "\"loss_db\":-3")),
                arguments(true, event(Kind.LINK_QUALITY, "\"detector_imbalance\":-1", "\"sifted_bits\":0.5")),
                arguments(
                        true, event(Kind.LINK_QUALITY, "\"vendor\":\"acme\"", "\"x\":{\"y\":[1,null]}", "\"z\":null")),
                arguments(true, event(Kind.LINK_QUALITY, "\"labels\":{\"a\":\"b\",\"n\":1,\"o\":{},\"gone\":null}")),
                arguments(true, event(Kind.KEY_RATE, "\"secret_key_rate_bps\":1e9")),
                arguments(true, event(Kind.KEY_DELIVERY, "\"key_count\":16.0", "\"key_size_bits\":0")),
                arguments(true, event(Kind.KEY_DELIVERY, "\"key_count\":9007199254740991", "\"master_sae\":\"\"")),
                arguments(true, event(Kind.KEY_DELIVERY, "\"generated_from\":null", "\"generated_to\":null")),
                arguments(
                        true,
                        event(Kind.KEY_DELIVERY, "\"link\":\"a~b\"", "\"node\":null")
                                .replaceFirst("\"node\":\"ams-1\",", "")),
                arguments(true, event(Kind.AUTH_FAILURE, "\"plane\":null", "\"reason\":\"bad_tag\"", "\"count\":1")),
                arguments(true, event(Kind.POLICY, "\"reason\":\"any text\"", "\"qber\":7", "\"plane\":\"of glass\"")),
                arguments(true, event(Kind.TRANSPORT, "\"event\":\"failover\"", "\"to\":\"pqc\"", "\"position_km\":0")),
                arguments(
                        true,
                        event(Kind.ENVIRONMENT, "\"humidity\":55", "\"power\":\"ups\"", "\"temperature_c\":-273.15")),
                arguments(true, event(Kind.PHYSICAL_ACCESS, "\"event\":\"tamper\"")),
                arguments(true, event(Kind.CALIBRATION, "\"offset\":-1e12", "\"phase\":\"aborted\"")),
                arguments(false, "{}"),
                arguments(false, "[" + bare + "]"),
                arguments(false, "null"),
                arguments(false, "\"link_quality\""),
                arguments(false, bare.replace("\"time\"", "\"timestamp\"")),
                arguments(false, bare.replaceFirst("\"2026[^\"]*\"", "null")),
                arguments(false, bare.replaceFirst("\"2026[^\"]*\"", "1763892010")),
                arguments(false, bare.replace("10:00:10.000Z", "10:00Z")),
                arguments(false, bare.replace("10:00:10.000Z", "10:00:10.000")),
                arguments(false, bare.replace("10:00:10.000Z", "10:00:10.0000000000Z")),
                arguments(false, bare.replace("10:00:10.000Z", "25:00:10Z")),
                arguments(false, bare.replace("10:00:10.000Z", "23:59:60Z")),
                arguments(false, bare.replace("10:00:10.000Z", "10:00:10+0100")),
                arguments(false, bare.replace("10:00:10.000Z", "10:00:10+18:01")),
                arguments(false, bare.replace("2026-11-23T", "2026-11-23 ")),
                arguments(false, bare.replace("2026-11-23T", "2026-02-30T")),
                arguments(false, bare.replace("2026-11-23T", "1970-01-01T")),
                arguments(false, bare.replace("\"kind\"", "\"kin\"")),
                arguments(false, bare.replace("\"link_quality\"", "null")),
                arguments(false, bare.replace("link_quality", "weather")),
                arguments(false, bare.replace("link_quality", "LINK_QUALITY")),
                arguments(false, bare.replace("\"link\"", "\"node\"")),
                arguments(false, bare.replace("\"ams-1~del-1\"", "null")),
                arguments(false, bare.replace("\"ams-1~del-1\"", "7")),
                arguments(false, bare.replace("ams-1~del-1", "")),
                arguments(false, bare.replace("ams-1~del-1", " \\t")),
                arguments(false, bare.replace("ams-1~del-1", "n".repeat(257))),
                arguments(false, event(Kind.KEY_RATE).replace("\"link\"", "\"node\"")),
                arguments(false, event(Kind.CALIBRATION).replace("\"link\"", "\"node\"")),
                arguments(false, event(Kind.TRANSPORT).replace("\"link\"", "\"node\"")),
                arguments(false, event(Kind.POLICY).replace("\"node\"", "\"nodes\"")),
                arguments(false, event(Kind.ENVIRONMENT).replace("\"ams-1\"", "null")),
                arguments(false, event(Kind.POLICY, "\"id\":\"\"")),
                arguments(false, event(Kind.POLICY, "\"id\":7")),
                arguments(false, event(Kind.POLICY, "\"id\":\"" + "i".repeat(513) + "\"")),
                arguments(false, event(Kind.POLICY, "\"source\":[]")),
                arguments(false, event(Kind.POLICY, "\"labels\":\"zone=a\"")),
                arguments(false, event(Kind.POLICY, "\"labels\":[]")),
                arguments(false, event(Kind.POLICY, "\"decision\":\"maybe\"")),
                arguments(false, event(Kind.POLICY, "\"reason\":7")),
                arguments(false, event(Kind.LINK_QUALITY, "\"qber\":\"0.02\"")),
                arguments(false, event(Kind.LINK_QUALITY, "\"qber\":1.01")),
                arguments(false, event(Kind.LINK_QUALITY, "\"qber\":-0.01")),
                arguments(false, event(Kind.LINK_QUALITY, "\"visibility\":98.1")),
                arguments(false, event(Kind.LINK_QUALITY, "\"detector_imbalance\":1.5")),
                arguments(false, event(Kind.LINK_QUALITY, "\"detector_temperature_c\":-300")),
                arguments(false, event(Kind.LINK_QUALITY, "\"detection_rate_hz\":-1")),
                arguments(false, event(Kind.LINK_QUALITY, "\"loss_db\":true")),
                arguments(false, event(Kind.KEY_RATE, "\"keys_rejected\":-1")),
                arguments(false, event(Kind.KEY_DELIVERY, "\"key_count\":1.5")),
                arguments(false, event(Kind.KEY_DELIVERY, "\"key_count\":-1")),
                arguments(false, event(Kind.KEY_DELIVERY, "\"key_count\":9007199254740992")),
                arguments(false, event(Kind.KEY_DELIVERY, "\"generated_to\":\"noon\"")),
                arguments(false, event(Kind.AUTH_FAILURE, "\"count\":0")),
                arguments(false, event(Kind.AUTH_FAILURE, "\"reason\":\"any text\"")),
                arguments(false, event(Kind.AUTH_FAILURE, "\"plane\":7")),
                arguments(false, event(Kind.CALIBRATION, "\"routine\":\"Phase\"")),
                arguments(false, event(Kind.CALIBRATION, "\"initiator\":\"cron\"")),
                arguments(false, event(Kind.TRANSPORT, "\"event\":\"tamper\"")),
                arguments(false, event(Kind.TRANSPORT, "\"position_km\":-1")),
                arguments(false, event(Kind.PHYSICAL_ACCESS, "\"event\":\"failover\"")),
                arguments(false, event(Kind.ENVIRONMENT, "\"humidity\":101")),
                arguments(false, event(Kind.ENVIRONMENT, "\"cooling\":\"ups\"")));
    }

    @ParameterizedTest
    @MethodSource("judgedAlike")
    void theReaderAndTheSchemaJudgeAlike(boolean accepted, String json) {
        JsonNode event = tree(json);

        assertThat(readerAccepts(event)).as("the reader").isEqualTo(accepted);
        assertThat(complaints(EVENT, event).isEmpty()).as("the schema").isEqualTo(accepted);
    }

    @ParameterizedTest
    @EnumSource
    void theReaderAndTheSchemaJudgeAlikeWhateverValueAFieldHas(Kind kind) throws IOException {
        List<JsonNode> values = Stream.of(
                        "null",
                        "true",
                        "\"\"",
                        "\"word\"",
                        "\"lost\"",
                        "\"2026-11-23T09:59:10.250Z\"",
                        "[]",
                        "{}",
                        "-300",
                        "-1",
                        "-0.5",
                        "0",
                        "0.5",
                        "1",
                        "1.5",
                        "99",
                        "101",
                        "1e15",
                        "1e17")
                .map(SchemaTest::tree)
                .toList();
        byte[] filled = TelemetryJson.write(Samples.filled(kind));
        List<String> names = new ArrayList<>();
        TelemetryJson.MAPPER.readTree(filled).fieldNames().forEachRemaining(names::add);
        assertThat(names).hasSizeGreaterThan(7);
        for (String name : names) {
            for (JsonNode value : values) {
                ObjectNode event = (ObjectNode) TelemetryJson.MAPPER.readTree(filled);
                event.set(name, value);
                assertThat(complaints(EVENT, event).isEmpty()).as("%s", event).isEqualTo(readerAccepts(event));
            }
            ObjectNode without = (ObjectNode) TelemetryJson.MAPPER.readTree(filled);
            without.remove(name);
            assertThat(complaints(EVENT, without).isEmpty()).as("%s", without).isEqualTo(readerAccepts(without));
        }
    }

    @Test
    void theSchemaSaysInACommentWhatOnlyTheReaderChecks() {
        JsonNode backwards = tree(event(
                Kind.KEY_DELIVERY,
                "\"generated_from\":\"2026-11-23T10:00:10Z\"",
                "\"generated_to\":\"2026-11-23T10:00:09Z\""));

        assertThat(readerAccepts(backwards)).isFalse();
        assertThat(complaints(EVENT, backwards)).isEmpty();
        assertThat(EVENT.get("$comment").asText())
                .contains("generated_to not before generated_from")
                .contains(String.valueOf(TelemetryJson.MAX_EVENT_BYTES));
    }

    @Test
    void theSchemaNamesExactlyTheFieldsThatTheCodeKnowsWithTheirUnitsRangesAndWords() {
        assertThat(differences(EVENT)).isEmpty();
    }

    @Test
    void aFieldThatIsMissingFromTheSchemaIsNoticedWhicheverItIs() {
        for (Kind kind : Kind.values()) {
            for (String name : names(properties(EVENT, kind))) {
                assertThat(differences(
                                changed(schema -> properties(schema, kind).remove(name))))
                        .containsExactly(kind.wireName() + "." + name + " is not in the schema");
            }
        }
        for (String name : names(EVENT.get("properties"))) {
            assertThat(differences(changed(schema -> ((ObjectNode) schema.get("properties")).remove(name))))
                    .containsExactly(name + " is not in the schema");
        }
    }

    @Test
    void aFieldThatTheSchemaAloneHasIsNoticed() {
        assertThat(differences(
                        changed(schema -> properties(schema, Kind.KEY_RATE).putObject("keys_lost"))))
                .containsExactly("key_rate.keys_lost is in the schema alone");
    }

    @Test
    void aWrongUnitRangeOrWordIsNoticed() {
        assertThat(differences(changed(schema -> field(schema, Kind.LINK_QUALITY, "loss_db")
                        .put("description", "Channel loss as the system reports it. Unit: mW."))))
                .containsExactly("link_quality.loss_db does not give its unit dB");
        assertThat(differences(changed(
                        schema -> field(schema, Kind.LINK_QUALITY, "qber").put("maximum", 100))))
                .containsExactly("link_quality.qber has another range than 0..1");
        assertThat(differences(changed(
                        schema -> field(schema, Kind.LINK_QUALITY, "qber").remove("minimum"))))
                .containsExactly("link_quality.qber has another range than 0..1");
        assertThat(differences(changed(schema ->
                        ((ArrayNode) field(schema, Kind.POLICY, "decision").get("enum")).remove(0))))
                .containsExactly("policy.decision has other words than the code");
        assertThat(differences(
                        changed(schema -> field(schema, Kind.POLICY, "reason").put("type", "string"))))
                .containsExactly("policy.reason may not be null");
    }

    private static JsonNode changed(Consumer<JsonNode> change) {
        JsonNode schema = EVENT.deepCopy();
        change.accept(schema);
        return schema;
    }

    private static ObjectNode properties(JsonNode schema, Kind kind) {
        return (ObjectNode) schema.get("$defs").get(kind.wireName()).get("properties");
    }

    private static ObjectNode field(JsonNode schema, Kind kind, String name) {
        return (ObjectNode) properties(schema, kind).get(name);
    }

    private static Set<String> names(JsonNode object) {
        Set<String> names = new TreeSet<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** What the event schema and the code do not say alike; empty where they agree. */
    private static List<String> differences(JsonNode schema) {
        List<String> differences = new ArrayList<>();
        List<String> common = new ArrayList<>(List.of("kind"));
        for (RecordComponent component : Header.class.getRecordComponents()) {
            common.add(wireName(component));
        }
        JsonNode top = schema.get("properties");
        compareNames("", common, top, differences);
        for (JsonNode property : top) {
            if (!property.hasNonNull("description")) {
                differences.add("a common field has no description");
            }
        }
        if (top.has("kind") && !words(top.get("kind")).equals(wireWords(Kind.values()))) {
            differences.add("kind has other words than the code");
        }
        for (Kind kind : Kind.values()) {
            compareKind(kind, properties(schema, kind), differences);
        }
        return differences;
    }

    private static void compareKind(Kind kind, JsonNode properties, List<String> differences) {
        String prefix = kind.wireName() + ".";
        List<String> fields = new ArrayList<>();
        for (Observable observable : Observable.of(kind)) {
            fields.add(observable.field());
            JsonNode property = properties.path(observable.field());
            compareNumber(prefix + observable.field(), property, observable.unit(), differences);
            compareRange(prefix + observable.field(), property, observable.range(), differences);
            if (property.isObject()
                    && !property.path("description")
                            .asText()
                            .toLowerCase(Locale.ROOT)
                            .startsWith(observable.meaning().toLowerCase(Locale.ROOT))) {
                differences.add(prefix + observable.field() + " does not say what it means");
            }
        }
        for (RecordComponent component : Samples.filled(kind).getClass().getRecordComponents()) {
            Class<?> type = component.getType();
            String name = wireName(component);
            if (type == Header.class || type == Readings.class) {
                continue;
            }
            fields.add(name);
            JsonNode property = properties.path(name);
            if (property.isMissingNode()) {
                continue;
            }
            if (property.path("description").asText().isBlank()) {
                differences.add(prefix + name + " has no description");
            }
            if (type.isEnum()) {
                List<String> words = wireWords((Enum<?>[]) type.getEnumConstants());
                words.add("null");
                if (!words(property).equals(words)) {
                    differences.add(prefix + name + " has other words than the code");
                }
            } else if (!property.toString().contains("\"null\"")) {
                differences.add(prefix + name + " may not be null");
            }
            if (UNITS.containsKey(name)) {
                compareNumber(prefix + name, property, UNITS.getOrDefault(name, ""), differences);
            } else if (property.path("type").toString().matches(".*(number|integer).*")) {
                differences.add(prefix + name + " is a number whose unit this test does not know");
            }
        }
        compareNames(prefix, fields, properties, differences);
    }

    private static void compareNames(
            String prefix, List<String> fields, JsonNode properties, List<String> differences) {
        fields.stream()
                .filter(name -> !properties.has(name))
                .forEach(name -> differences.add(prefix + name + " is not in the schema"));
        names(properties).stream()
                .filter(name -> !fields.contains(name))
                .forEach(name -> differences.add(prefix + name + " is in the schema alone"));
    }

    private static void compareNumber(String name, JsonNode property, String unit, List<String> differences) {
        if (property.isObject() && !property.path("description").asText().endsWith(". Unit: " + unit + ".")) {
            differences.add(name + " does not give its unit " + unit);
        }
    }

    private static void compareRange(String name, JsonNode property, Observable.Range range, List<String> differences) {
        double min = property.path("minimum").asDouble(Double.NEGATIVE_INFINITY);
        double max = property.path("maximum").asDouble(Double.POSITIVE_INFINITY);
        if (property.isObject() && !range.equals(new Observable.Range(min, max))) {
            differences.add(name + " has another range than " + range.describe());
        }
    }

    private static List<String> words(JsonNode property) {
        List<String> words = new ArrayList<>();
        property.path("enum").forEach(word -> words.add(word.asText()));
        return words;
    }

    private static List<String> wireWords(Enum<?>[] constants) {
        return new ArrayList<>(Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList());
    }

    private static String wireName(RecordComponent component) {
        String name = component.getName();
        return name.equals("anomalyClass")
                ? "class"
                : name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    // Findings and incidents

    @Test
    void findingsThatAreWrittenValidate() {
        assertThat(complaints(FINDING, FindingJson.tree(Samples.finding()))).isEmpty();
        assertThat(complaints(FINDING, FindingJson.tree(Samples.bareFinding()))).isEmpty();
    }

    @Test
    void incidentsThatAreWrittenValidate() {
        assertThat(complaints(INCIDENT, FindingJson.tree(Samples.incident()))).isEmpty();
    }

    @Test
    void theFindingSchemaNamesExactlyTheFieldsThatAreWritten() {
        ObjectNode finding = FindingJson.tree(Samples.finding());
        JsonNode properties = FINDING.get("properties");
        JsonNode evidence = FINDING.at("/$defs/evidence/properties");
        JsonNode exposure = FINDING.at("/$defs/exposure/properties");

        assertThat(names(properties)).isEqualTo(names(finding)).isEqualTo(wireNames(Finding.class));
        assertThat(names(evidence)).isEqualTo(names(finding.at("/evidence/0"))).isEqualTo(wireNames(Evidence.class));
        assertThat(names(exposure)).isEqualTo(names(finding.get("exposure"))).isEqualTo(wireNames(Exposure.class));
        assertThat(names(properties.at("/probabilities/properties"))).isEqualTo(names(finding.get("probabilities")));
        assertThat(names(evidence.at("/log_odds/properties"))).isEqualTo(names(finding.at("/evidence/0/log_odds")));
        assertThat(words(properties.get("subtype"))).isEqualTo(wireWords(Subtype.values()));
        assertThat(words(properties.get("severity"))).isEqualTo(wireWords(Severity.values()));
        assertThat(words(properties.get("class")))
                .containsExactly(
                        Arrays.stream(AnomalyClass.values()).map(Enum::name).toArray(String[]::new));
        assertThat(undescribed(properties)).isEmpty();
        assertThat(undescribed(evidence)).isEmpty();
        assertThat(undescribed(exposure)).isEmpty();
        assertThat(exposure.at("/secret_bits/description").asText()).endsWith("Unit: bits.");
        assertThat(exposure.at("/keys_delivered/description").asText()).endsWith("Unit: keys.");
        assertThat(properties.at("/probabilities/description").asText()).endsWith("Unit: fraction.");
        assertThat(evidence.at("/log_odds/description").asText()).endsWith("Unit: natural-logarithm odds.");
    }

    @Test
    void theIncidentSchemaNamesExactlyTheFieldsThatAreWritten() {
        JsonNode properties = INCIDENT.get("properties");

        assertThat(names(properties))
                .isEqualTo(names(FindingJson.tree(Samples.incident())))
                .isEqualTo(wireNames(Incident.class));
        assertThat(words(properties.get("severity"))).isEqualTo(wireWords(Severity.values()));
        assertThat(words(properties.get("class")))
                .containsExactly(
                        Arrays.stream(AnomalyClass.values()).map(Enum::name).toArray(String[]::new));
        assertThat(undescribed(properties)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aCauseIsAllowedUnderItsOwnClassAlone(Subtype subtype) {
        for (AnomalyClass anomalyClass : AnomalyClass.values()) {
            ObjectNode finding = FindingJson.tree(Samples.finding());
            finding.put("class", anomalyClass.name()).put("subtype", subtype.wireName());
            boolean own = subtype.anomalyClass() == anomalyClass;

            assertThat(complaints(FINDING, finding).isEmpty()).as("the schema").isEqualTo(own);
            if (own) {
                assertThatCode(() -> FindingJson.read(bytes(finding))).doesNotThrowAnyException();
            } else {
                assertThatIllegalArgumentException().isThrownBy(() -> FindingJson.read(bytes(finding)));
            }
        }
    }

    @Test
    void whatIsNoFindingIsRefusedByTheSchemaToo() {
        List<Consumer<ObjectNode>> faults = List.of(
                finding -> finding.remove("id"),
                finding -> finding.remove("class"),
                finding -> finding.remove("onset"),
                finding -> finding.remove("detected"),
                finding -> finding.remove("probabilities"),
                finding -> finding.remove("severity"),
                finding -> finding.remove("explanation"),
                finding -> finding.remove(List.of("link", "node")),
                finding -> finding.put("class", "SABOTAGE"),
                finding -> finding.put("subtype", "gremlins"),
                finding -> finding.put("severity", "terrible"),
                finding -> finding.put("onset", "yesterday"),
                finding -> finding.put("evidence", "none"),
                finding -> finding.put("rules", "auth-burst"),
                finding -> finding.withObject("/probabilities").put("ATTACK", 1.2),
                finding -> finding.withObject("/probabilities").put("ATTACK", "0.9"),
                finding -> finding.withObject("/probabilities").put("SABOTAGE", 0),
                finding -> finding.withObject("/exposure").put("secret_bits", -1),
                finding -> finding.withObject("/exposure").put("secret_bits", "many"),
                finding -> finding.withObject("/exposure").put("keys_delivered", -1),
                finding -> finding.withObject("/exposure").put("saes", "sae-bank-a"));
        for (Consumer<ObjectNode> fault : faults) {
            ObjectNode finding = FindingJson.tree(Samples.finding());
            fault.accept(finding);

            assertThat(complaints(FINDING, finding)).as("%s", finding).isNotEmpty();
            assertThatIllegalArgumentException().as("%s", finding).isThrownBy(() -> FindingJson.read(bytes(finding)));
        }
    }

    @Test
    void aFieldThatNobodyKnowsIsNoPartOfAFindingOrIncident() {
        assertThat(complaints(FINDING, FindingJson.tree(Samples.finding()).put("colour", "red")))
                .isNotEmpty();
        assertThat(complaints(INCIDENT, FindingJson.tree(Samples.incident()).put("colour", "red")))
                .isNotEmpty();
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(UTF_8);
    }

    private static Set<String> wireNames(Class<? extends Record> type) {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : type.getRecordComponents()) {
            names.add(wireName(component));
        }
        return names;
    }

    private static List<String> undescribed(JsonNode properties) {
        return properties
                .propertyStream()
                .filter(property ->
                        property.getValue().path("description").asText().isBlank())
                .map(Map.Entry::getKey)
                .toList();
    }
}
