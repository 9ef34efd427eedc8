package io.qorrelate.collectors.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.model.RejectReason;
import io.qorrelate.model.Times;
import io.qorrelate.model.yaml.YamlValue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {
    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final Placement PLACED = new Placement("a~b", null, Map.of("east", "c~d"), Map.of());

    private static final String MAPPING = """
            format: csv
            time: time
            optional: [note]
            events:
              - event: {kind: link_quality, qber: '${qber}', labels: {note: '${note}'}}
            """;

    @Test
    void quotedCellsHoldDelimitersAndQuotes() throws Exception {
        assertThat(texts(MAPPING, "time,qber,note\n2026-11-23T10:00:00Z,0.02,\"say \"\"hi\"\", twice\"\n"))
                .singleElement()
                .asString()
                .contains("\"qber\":0.02", "say \\\"hi\\\", twice", "\"link\":\"a~b\"", "\"source\":\"table\"");
    }

    @Test
    void aStrayQuoteCostsItsRowAlone() throws Exception {
        List<Intake> found = read(
                MAPPING,
                "time,qber,note\n2026-11-23T10:00:00Z,0.02,\"open\n2026-11-23T10:00:01Z,0.03,\n2026-11-23T10:00:02Z,0.02\"3,\n");
        assertThat(found).hasSize(3);
        assertThat(found.get(0)).isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
            assertThat(rejected.raw()).isEqualTo("2026-11-23T10:00:00Z,0.02,\"open".getBytes(UTF_8));
            assertThat(rejected.detail()).startsWith("no row of a table: ");
        });
        assertThat(found.get(1)).isInstanceOf(Intake.Accepted.class);
        assertThat(found.get(2)).isInstanceOf(Intake.Rejected.class);
    }

    @Test
    void aRejectedRowKnowsTheRowThatNamesItsColumns() throws Exception {
        String named = "time,qber,\"a note, or none\"";
        String mapping = MAPPING.replace("optional: [note]", "optional: ['a note, or none']")
                .replace("${note}", "${a note, or none}");

        assertThat(read(mapping, named + "\nsoon,0.02,\n2026-11-23T10:00:00Z,1.3,\n"))
                .hasSize(2)
                .allSatisfy(
                        found -> assertThat(((Intake.Rejected) found).heading()).isEqualTo(named.getBytes(UTF_8)));
        assertThat(read(MAPPING, "time,quber\nsoon,0.02\n"))
                .extracting(found -> ((Intake.Rejected) found).heading())
                .as("the header itself, and a row below one that is none")
                .containsExactly(null, "time,quber".getBytes(UTF_8));
        assertThat(read(MAPPING + "columns: [time, qber, note]\n", "soon,0.02,\n"))
                .as("a table whose columns the mapping names")
                .extracting(found -> ((Intake.Rejected) found).heading())
                .containsExactly((byte[]) null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    ,0.02,                          | MISSING_FIELD | the row has no time
                    soon,0.02,                      | WRONG_TYPE    | 'soon' is no time of the format rfc3339
                    2026-11-23T10:00:00Z,,          | MISSING_FIELD | the row has no value that an event is made of
                    2026-11-23T10:00:00Z,0.02       | WRONG_TYPE    | the row has 2 cells and the table 3 columns
                    2026-11-23T10:00:00Z,0.02,a,b   | WRONG_TYPE    | the row has 4 cells and the table 3 columns
                    2026-11-23T10:00:00Z,1.3,       | OUT_OF_RANGE  | qber must be 0..1, was 1.3
                    2026-11-23T10:00:00Z,2 %,       | WRONG_TYPE    | qber
                    2026-11-23T10:00:00Z,0x1p-6,    | WRONG_TYPE    | qber
                    2026-11-23T10:00:00Z,0.02d,     | WRONG_TYPE    | qber
                    2027-11-23T10:00:00Z,0.02,      | FUTURE_TIME   | in the future
                    """)
    void aRowThatDoesNotFitIsRejectedWhole(String row, RejectReason reason, String detail) throws Exception {
        assertThat(read(MAPPING, "time,qber,note\n" + row + "\n"))
                .singleElement()
                .isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
                    assertThat(rejected.raw()).isEqualTo(row.getBytes(UTF_8));
                    assertThat(rejected.reason()).isEqualTo(reason);
                    assertThat(rejected.detail()).contains(detail);
                });
    }

    /** In a moment: a pattern that goes back over the digits would take minutes. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(20)
    void aCellOfManyDigitsIsRejectedInAMoment(boolean comma) throws Exception {
        String digits = "7".repeat(500_000) + "x";
        String table = comma
                ? "time;qber;note\n2026-11-23T10:00:00Z;" + digits + ";\n"
                : "time,qber,note\n2026-11-23T10:00:00Z," + digits + ",\n";

        assertThat(read(comma ? comma() : MAPPING, table))
                .singleElement()
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.WRONG_TYPE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    time,qbr,note       | the header has no column 'qber'; did you mean 'qbr'?
                    time,qber,qber      | the header names column 'qber' twice
                    """)
    void aHeaderThatDoesNotFitIsToldAndSoIsEveryRowAfterIt(String header, String detail) throws Exception {
        assertThat(read(MAPPING, header + "\n2026-11-23T10:00:00Z,0.02,x\n"))
                .hasSize(2)
                .allSatisfy(found -> assertThat(found).isInstanceOfSatisfying(Intake.Rejected.class, rejected -> {
                    assertThat(rejected.reason()).isEqualTo(RejectReason.MISSING_FIELD);
                    assertThat(rejected.detail()).isEqualTo(detail);
                }));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    0,0213    | 0.0213
                    ,5        | 0.5
                    1         | 1
                    2,13e-2   | 0.0213
                    """)
    void withADecimalCommaNumbersAreReadSo(String cell, String qber) throws Exception {
        assertThat(texts(comma(), "time;qber;note\n2026-11-23T10:00:00Z;" + cell + ";1,5\n"))
                .singleElement()
                .asString()
                .contains("\"qber\":" + qber, "\"note\":\"1,5\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0213", "1.000,5", "0,021,3"})
    void withADecimalCommaAPointIsNotGuessedAt(String cell) throws Exception {
        assertThat(read(comma(), "time;qber;note\n2026-11-23T10:00:00Z;" + cell + ";\n"))
                .singleElement()
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(RejectReason.WRONG_TYPE));
    }

    private static String comma() {
        return MAPPING + "delimiter: ;\ndecimal_comma: true\n";
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    unix                    | UTC              | 1763892000.25           | 2025-11-23T10:00:00.250Z
                    unix_ms                 | UTC              | 1763892000250           | 2025-11-23T10:00:00.250Z
                    unix_us                 | UTC              | 1763892000250999        | 2025-11-23T10:00:00.250Z
                    unix_ns                 | UTC              | 1763892000250999999     | 2025-11-23T10:00:00.250Z
                    dd.MM.yyyy HH:mm:ss,SSS | Europe/Amsterdam | 23.11.2025 11:00:00,250 | 2025-11-23T10:00:00.250Z
                    yyyy-MM-dd HH:mm        | -05:00           | 2025-11-23 05:00        | 2025-11-23T10:00:00.000Z
                    yyyy/MM/dd HH:mm:ss XXX | UTC              | 2025/11/23 12:00:00 +02:00 | 2025-11-23T10:00:00.000Z
                    MMM d yyyy h:mm:ss a    | UTC              | Nov 23 2025 10:00:00 AM | 2025-11-23T10:00:00.000Z
                    dd.MM.yyyy HH:mm:ss     | Europe/Amsterdam | 26.10.2025 02:30:00     | 2025-10-26T00:30:00.000Z
                    """)
    void timesAreReadAsTheMappingSays(String format, String zone, String text, String time) throws Exception {
        assertThat(timed(format, zone).read(text)).isEqualTo(Times.parse(time));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    unix                    | 1e999999999
                    unix                    | -1
                    unix                    | now
                    unix_ms                 | 99999999999999999999999
                    dd.MM.yyyy HH:mm:ss     | 31.02.2025 10:00:00
                    dd.MM.yyyy HH:mm:ss     | 23.11.2025
                    """)
    void whatIsNoTimeIsNone(String format, String text) {
        assertThatThrownBy(() -> timed(format, "UTC").read(text)).isInstanceOf(DateTimeException.class);
    }

    private static CsvTime timed(String format, String zone) {
        return CsvMapping.parse(YamlValue.parse(
                        "format: csv\ntime: {from: t, format: '" + format + "', zone: '" + zone
                                + "'}\nevents: [{event: {kind: link_quality, qber: '${q}'}}]\n",
                        "map.yml"))
                .time();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    format: json                            | 1:10: expected a mapping of format csv
                    format: csv, time: t, evnts: []         | unknown field 'evnts' in a mapping of format csv; did you mean 'events'?
                    format: csv, events: []                 | 'time' is missing
                    format: csv, time: t, events: []        | a mapping makes 1 to 8 events of a row
                    format: csv, time: {from: t, format: dd.MM.yyyy}, events: []       | is no time format
                    format: csv, time: {from: t, format: unixms}, events: []           | did you mean 'unix_ms'?
                    format: csv, time: {from: t, zone: Amsterdm}, events: []           | is no time zone
                    format: csv, time: t, delimiter: ';;', events: []                  | expected one character
                    format: csv, time: t, decimal_comma: true, events: []              | another 'delimiter'
                    format: csv, time: t, charset: utf-16, events: []                  | none of utf-8
                    format: csv, time: t, columns: [t, q, q], events: []               | column 'q' stands here twice
                    format: csv, time: time, columns: [tim, q], events: [{event: {kind: link_quality, qber: '${q}'}}] | no column 'time'; did you mean 'tim'?
                    format: csv, time: t, columns: [t, q], events: [{event: {kind: link_quality, qber: '${r}'}}] | no column 'r'; did you mean
                    """)
    void mistakesInAMappingAreToldWithTheirPlace(String mapping, String message) {
        assertThatThrownBy(() -> CsvMapping.parse(YamlValue.parse("{" + mapping + "}", "map.yml")))
                .hasMessageContaining("map.yml:1:")
                .hasMessageContaining(message);
    }

    @Test
    void aTableWithoutAHeaderLineHasItsColumnsInTheMapping() throws Exception {
        String mapping = """
                format: csv
                delimiter: tab
                columns: [where, time, qber]
                by: where
                time: {from: time, format: unix}
                events: [{event: {kind: link_quality, qber: '${qber}'}}]
                """;
        assertThat(texts(mapping, "east\t1763892000\t0.02\nwest\t1763892000\t0.03\n"))
                .satisfiesExactly(
                        event -> assertThat(event).contains("\"link\":\"c~d\""),
                        event -> assertThat(event).contains("\"link\":\"a~b\""));
    }

    @Test
    void aRowOfSeveralKindsGivesSeveralEventsAndOneWithoutItsRequiredColumnLess() throws Exception {
        String mapping = """
                format: csv
                time: time
                events:
                  - required: qber
                    event: {kind: link_quality, qber: '${qber}', loss_db: '${loss}'}
                  - event: {kind: key_rate, secret_key_rate_bps: {from: kbps, times: 1000}}
                """;
        assertThat(texts(
                        mapping, "time,qber,loss,kbps\n2026-11-23T10:00:00Z,0.02,8,1.5\n2026-11-23T10:00:01Z,,8,1.5\n"))
                .hasSize(3)
                .filteredOn(event -> event.contains("key_rate"))
                .allSatisfy(event -> assertThat(event).contains("\"secret_key_rate_bps\":1500"));
    }

    @Test
    void aRowThatIsNotOfItsCharsetIsRejected() throws Exception {
        byte[] bytes = "time,qber,note\n2026-11-23T10:00:00Z,0.02,?\n".getBytes(UTF_8);
        bytes[bytes.length - 2] = (byte) 0xE4;
        assertThat(read(MAPPING, bytes))
                .singleElement()
                .isInstanceOfSatisfying(
                        Intake.Rejected.class,
                        rejected -> assertThat(rejected.detail()).isEqualTo("the row is not UTF-8"));
        assertThat(read(MAPPING + "charset: iso-8859-1\n", bytes))
                .singleElement()
                .isInstanceOf(Intake.Accepted.class);
    }

    private static List<String> texts(String mapping, String table) throws IOException {
        return read(mapping, table).stream()
                .map(found -> switch (found) {
                    case Intake.Accepted accepted -> new String(accepted.json(), UTF_8);
                    case Intake.Rejected rejected -> "rejected: " + rejected.detail();
                })
                .toList();
    }

    private static List<Intake> read(String mapping, String table) throws IOException {
        return read(mapping, table.getBytes(UTF_8));
    }

    private static List<Intake> read(String mapping, byte[] bytes) throws IOException {
        CsvTable table = CsvMapping.parse(YamlValue.parse(mapping, "map.yml")).begin(PLACED, "table", INTAKE);
        FragmentReader lines = FragmentReader.lines(new ByteArrayInputStream(bytes));
        List<Intake> found = new ArrayList<>();
        Fragment line = lines.next();
        while (line != null) {
            found.addAll(table.read(line));
            line = lines.next();
        }
        return found;
    }
}
