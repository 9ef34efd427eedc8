package io.qorrelate.collectors.syslog;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyslogMessageTest {
    private static final Instant RECEIVED = Instant.parse("2026-11-23T10:00:30Z");

    private static SyslogMessage read(String message) {
        return SyslogMessage.read(message.getBytes(UTF_8), ZoneOffset.UTC, RECEIVED);
    }

    /** The examples of RFC 5424, section 6.5. */
    @Test
    void theExamplesOfRfc5424AreRead() {
        assertThat(
                        read(
                                "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8"))
                .satisfies(message -> {
                    assertThat(message.facility()).isEqualTo(4);
                    assertThat(message.severity()).isEqualTo(2);
                    assertThat(message.time()).isEqualTo(Instant.parse("2003-10-11T22:14:15.003Z"));
                    assertThat(message.host()).isEqualTo("mymachine.example.com");
                    assertThat(message.app()).isEqualTo("su");
                    assertThat(message.procid()).isNull();
                    assertThat(message.msgid()).isEqualTo("ID47");
                    assertThat(message.data()).isEmpty();
                    assertThat(message.text()).isEqualTo("'su root' failed for lonvick on /dev/pts/8");
                });
        assertThat(
                        read(
                                "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts."))
                .satisfies(message -> {
                    assertThat(message.time()).isEqualTo(Instant.parse("2003-08-24T12:14:15.000003Z"));
                    assertThat(message.procid()).isEqualTo("8710");
                });
        assertThat(
                        read(
                                "<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 "
                                        + "[exampleSDID@32473 iut=\"3\" eventSource=\"Application\" eventID=\"1011\"][examplePriority@32473 class=\"high\"]"))
                .satisfies(message -> {
                    assertThat(message.data())
                            .containsEntry("exampleSDID@32473.eventSource", "Application")
                            .containsEntry("examplePriority@32473.class", "high");
                    assertThat(message.text()).isEmpty();
                });
    }

    @Test
    void escapesInStructuredDataAreUndone() {
        assertThat(read("<165>1 - - - - - [a@1 x=\"\\\"q\\\" \\\\ \\] \\n\"] t").data())
                .containsEntry("a@1.x", "\"q\" \\ ] \\n");
    }

    /** The examples of RFC 3164, section 5.4, that are still syslog. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<34>Oct 11 22:14:15 mymachine su: su root failed for lonvick on /dev/pts/8|2026-10-11T22:14:15Z|mymachine|su|''|su root failed for lonvick on /dev/pts/8",
                "<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!|2026-02-05T17:32:18Z|10.0.0.99|''|''|Use the BFG!",
                "<30>Nov 23 10:00:01 kms-ams sshd[812]: hello|2026-11-23T10:00:01Z|kms-ams|sshd|812|hello",
                "<30>Nov 23 10:00:01 fe80::1 sshd[812]: hello|2026-11-23T10:00:01Z|fe80::1|sshd|812|hello",
                "<30>Nov 23 10:00:01 sshd[812]: hello|2026-11-23T10:00:01Z|''|sshd|812|hello",
                "<30>2026-11-23T10:00:01.5+01:00 kms-ams sshd[812]: hello|2026-11-23T09:00:01.500Z|kms-ams|sshd|812|hello",
                "<30>sshd[812]: hello|''|''|sshd|812|hello",
                "<30>hello|''|''|''|''|hello",
                "hello|''|''|''|''|hello"
            })
    void theOldFormatIsReadWithAllThatIsLeftOutOfIt(
            String line, String time, String host, String app, String procid, String text) {
        SyslogMessage message = read(line);

        assertThat(message.time()).isEqualTo(time.isEmpty() ? null : Instant.parse(time));
        assertThat(message.host()).isEqualTo(host.isEmpty() ? null : host);
        assertThat(message.app()).isEqualTo(app.isEmpty() ? null : app);
        assertThat(message.procid()).isEqualTo(procid.isEmpty() ? null : procid);
        assertThat(message.text()).isEqualTo(text);
    }

    @Test
    void aTimeWithoutYearIsTheNearestAndWithoutZoneTheConfiguredOne() {
        byte[] newYear = "<30>Dec 31 23:59:59 h a: t".getBytes(UTF_8);
        Instant january = Instant.parse("2027-01-01T00:00:05Z");
        assertThat(SyslogMessage.read(newYear, ZoneOffset.UTC, january).time())
                .isEqualTo(Instant.parse("2026-12-31T23:59:59Z"));
        byte[] early = "<30>Jan  1 00:00:01 h a: t".getBytes(UTF_8);
        assertThat(SyslogMessage.read(early, ZoneOffset.UTC, Instant.parse("2026-12-31T23:59:58Z"))
                        .time())
                .isEqualTo(Instant.parse("2027-01-01T00:00:01Z"));
        byte[] amsterdam = "<30>Nov 23 11:00:00 h a: t".getBytes(UTF_8);
        assertThat(SyslogMessage.read(amsterdam, ZoneId.of("Europe/Amsterdam"), RECEIVED)
                        .time())
                .isEqualTo(Instant.parse("2026-11-23T10:00:00Z"));
        byte[] leap = "<30>Feb 29 12:00:00 h a: t".getBytes(UTF_8);
        assertThat(SyslogMessage.read(leap, ZoneOffset.UTC, Instant.parse("2028-03-01T00:00:00Z"))
                        .time())
                .isEqualTo(Instant.parse("2028-02-29T12:00:00Z"));
    }

    @Test
    void aRepetitionStandsForAsManyMessages() {
        SyslogMessage message = read("<30>Nov 23 10:00:01 h sshd[1]: message repeated 3 times: [ Failed password]");

        assertThat(message.times()).isEqualTo(3);
        assertThat(message.text()).isEqualTo("Failed password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<",
                "<>x",
                "<192>x",
                "<-1>x",
                "<1234>x",
                "<34>",
                "<34>1",
                "<34>1 ",
                "<34>1 x",
                "<34>1 - - - - -",
                "<34>1 - - - - - [",
                "<34>1 - - - - - [a",
                "<34>1 - - - - - [a b",
                "<34>1 - - - - - [a b=\"c",
                "<34>1 - - - - - [a b=\"c\\",
                "<34>1 - - - - - [a b=\"c\"",
                "<34>1 - - - - - []",
                "<34>1 - - - - - -x",
                "<34>1 2026-99-99T99:99:99Z h a - - - t",
                "<34>Abc 99 99:99:99 h a: t",
                "<34>Nov 23 10:00:01",
                "<34>Nov 23 10:00:01 "
            })
    void whatFollowsNoRfcIsText(String line) {
        assertThat(read(line)).isNotNull();
    }

    @Test
    void anyBytesAreReadInTimeThatGrowsWithTheirNumber() {
        Random random = new Random(7);
        String alphabet = "<134>1 -[]=\"\\\n\r\0abNov:@ 23T";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder line = new StringBuilder("<13>");
            for (int n = random.nextInt(60); n > 0; n--) {
                line.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(read(line.toString())).isNotNull();
        }
        byte[] noise = new byte[SyslogPort.MAX_MESSAGE_BYTES];
        random.nextBytes(noise);
        long begin = System.nanoTime();
        for (String run : new String[] {"\n", "[a ", "a=\"", "<13>", " ", "\\", "message repeated 1 times: ["}) {
            String line = "<13>1 - - - - - [" + run.repeat(SyslogPort.MAX_MESSAGE_BYTES / run.length()) + "x";
            assertThat(read(line)).isNotNull();
            assertThat(read("<13>" + run.repeat(SyslogPort.MAX_MESSAGE_BYTES / run.length()) + "x"))
                    .isNotNull();
        }
        assertThat(SyslogMessage.read(noise, ZoneOffset.UTC, RECEIVED)).isNotNull();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void anotherEncodingIsReadAsFarAsItGoes() {
        SyslogMessage message =
                SyslogMessage.read("<30>Nov 23 10:00:01 h a: Zürich".getBytes(ISO_8859_1), ZoneOffset.UTC, RECEIVED);

        assertThat(message.app()).isEqualTo("a");
        assertThat(message.text()).isEqualTo("Z\uFFFDrich");
    }
}
