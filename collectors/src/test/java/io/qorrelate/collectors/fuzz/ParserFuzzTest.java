package io.qorrelate.collectors.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import io.qorrelate.collectors.Samples;
import io.qorrelate.collectors.etsi014.Etsi014;
import io.qorrelate.collectors.file.FileCollectorSettings;
import io.qorrelate.collectors.file.TailedFile;
import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.prometheus.Prometheus;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.SourceFile;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.syslog.Syslog;
import io.qorrelate.model.InvalidEvent;
import io.qorrelate.model.TelemetryJson;
import io.qorrelate.model.yaml.InvalidYaml;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Whatever bytes come, every parser answers with events, rejections or a complaint with a place, within bounds. Each property begins with
 * sound inputs and changes them. With {@code -Dfuzz.minutes=10} each goes on changing for so long.
 */
class ParserFuzzTest {
    private static final int TRIES = 300;

    private static final double LONG_MINUTES = Double.parseDouble(System.getProperty("fuzz.minutes", "0"));

    /** Far more than any of these inputs takes, and far less than anybody would wait. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private static final int MAX_INPUT_BYTES = 1 << 16;

    private static final EventIntake INTAKE =
            new EventIntake(InstantSource.fixed(MockKafka.NOW), EventIntake.DEFAULT_ALLOWED_SKEW);

    private static final List<SourceType> TYPES =
            List.of(new Etsi014(), new TailedFile(), new Prometheus(), new Syslog());

    /** What parsers take for something, or may stumble over. */
    private static final List<byte[]> TOKENS = List.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    "\\",
                    "\\u0000",
                    ",",
                    ":",
                    ";",
                    "\n",
                    "\r\n",
                    "\t",
                    "\0",
                    "'",
                    "#",
                    "<",
                    ">",
                    "|",
                    "&a",
                    "*a",
                    "<<:",
                    "---",
                    "!!",
                    "${",
                    "${qber}",
                    "null",
                    "NaN",
                    "+Inf",
                    "-0",
                    "1e999",
                    "0x10",
                    "1e-400",
                    "9223372036854775808",
                    "99999999999999999999999999",
                    "2026-11-23T10:00:00Z",
                    "2026-02-30T25:61:61+99:99",
                    "\"time\":",
                    "\"kind\":\"link_quality\"",
                    "\"qber\":",
                    "<0>",
                    "<999>1 ",
                    "<34>1 - - - - - - ",
                    "[x y=\"z\"]",
                    "123456789 ",
                    "\uFEFF",
                    "\uD83D\uDE00",
                    "{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{",
                    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
                    "- - - - - - - - - - - -",
                    "? ? ? ? ?",
                    "{label=\"\\",
                    "\"\"\"\"")
            .stream()
            .map(text -> text.getBytes(UTF_8))
            .toList();

    private static @Nullable Path folder;
    private static @Nullable List<byte[]> events;
    private static @Nullable List<byte[]> syslogs;
    private static @Nullable List<byte[]> expositions;
    private static @Nullable List<byte[]> statuses;
    private static @Nullable List<byte[]> tables;
    private static @Nullable List<byte[]> mappings;
    private static @Nullable List<byte[]> sources;
    private static @Nullable List<byte[]> checkpoints;

    @BeforeContainer
    static void samples() throws IOException {
        folder = Files.createTempDirectory("fuzz");
        events = List.of(
                (Samples.quality("a~b", 1) + "\n" + Samples.quality("a~b", 2) + "\n").getBytes(UTF_8),
                ("[" + Samples.quality("a~b", 1) + ",\n" + Samples.quality("a~b", 2) + "]").getBytes(UTF_8),
                ("{\"time\":\"2026-11-23T10:00:00Z\",\n\"kind\":\"calibration\",\n\"link\":\"a~b\",\"routine\":\"phase\","
                                + "\"phase\":\"failed\",\"labels\":{\"x\":\"y\"}}")
                        .getBytes(UTF_8));
        syslogs = samplesOf("sample.log");
        expositions = samplesOf("sample.txt");
        statuses = samplesOf("sample.json");
        tables = samplesOf("sample.csv");
        mappings = samplesOf("mapping.yml");
        sources = List.of("""
                sources:
                  - id: kme
                    type: etsi014
                    target: https://kme.example:8443
                    credentials: {certificate: {file: a.pem}, key: {file: a.key}, trust: {env: CA}}
                    links: {SAE-B: a~b}
                    interval: 10s
                  - {id: m, type: syslog, target: 'udp://127.0.0.1:5514', zone: Europe/Amsterdam, nodes: {h: n}}
                  - {id: x, type: prometheus, target: 'http://127.0.0.1:9/m', mapping: qkd-metrics}
                  - {id: f, type: file, target: /tmp/x.csv, mapping: qkd-csv, link: a~b, silent_after: 5m}
                """.getBytes(UTF_8));
        checkpoints = List.of("{\"file\":\"/x\",\"key\":\"(dev=1,inode=2)\",\"head\":\"eyJ0aW1lIjo=\",\"offset\":10}"
                .getBytes(UTF_8));
    }

    @AfterContainer
    static void tidy() throws IOException {
        if (folder != null) {
            try (var all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static List<byte[]> samplesOf(String file) throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (String name : Mappings.names()) {
            try (InputStream sample =
                    Mappings.class.getResourceAsStream("/io/qorrelate/collectors/mappings/" + name + "/" + file)) {
                if (sample != null) {
                    samples.add(sample.readAllBytes());
                }
            }
        }
        assertThat(samples).as(file).isNotEmpty();
        return samples;
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void events(@ForAll("seeds") long seed) {
        fuzz(seed, events, bytes -> {
            check(pieces(FragmentReader.lines(new ByteArrayInputStream(bytes))));
            check(pieces(FragmentReader.sniffing(new ByteArrayInputStream(bytes))));
        });
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void syslog(@ForAll("seeds") long seed) throws IOException {
        ConfiguredSource source = source("type: syslog, target: 'tcp://127.0.0.1:0', link: a~b");
        fuzz(seed, syslogs, bytes -> check(source.read(bytes, INTAKE, MockKafka.NOW)));
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void exposition(@ForAll("seeds") long seed) throws IOException {
        ConfiguredSource source = source("type: prometheus, target: 'http://127.0.0.1:9/m', mapping: qkd-metrics");
        fuzz(seed, expositions, bytes -> check(source.read(bytes, INTAKE, MockKafka.NOW)));
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void status(@ForAll("seeds") long seed) throws IOException {
        ConfiguredSource source = source("type: etsi014, target: 'https://k:1', links: {B: a~b}");
        fuzz(seed, statuses, bytes -> check(source.read(bytes, INTAKE, MockKafka.NOW)));
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void table(@ForAll("seeds") long seed) throws IOException {
        ConfiguredSource own = source("type: file, target: /t, mapping: qkd-csv, link: a~b");
        ConfiguredSource laboratory = source("type: file, target: /t, mapping: laboratory-csv, links: {east: a~b}");
        fuzz(seed, tables, bytes -> {
            check(own.read(bytes, INTAKE, MockKafka.NOW));
            check(laboratory.read(bytes, INTAKE, MockKafka.NOW));
        });
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void mapping(@ForAll("seeds") long seed) {
        fuzz(seed, mappings, bytes -> {
            Files.write(place("acme.yml"), bytes);
            for (String use : List.of(
                    "type: syslog, target: 'tcp://127.0.0.1:0', mappings: [./acme.yml]",
                    "type: prometheus, target: 'http://127.0.0.1:9/m', mapping: ./acme.yml",
                    "type: etsi014, target: 'https://k:1', links: {B: a~b}, mapping: ./acme.yml",
                    "type: file, target: /t, mapping: ./acme.yml")) {
                complains(() -> source(use));
            }
        });
    }

    @Property(tries = TRIES, shrinking = ShrinkingMode.OFF)
    void sourcesFile(@ForAll("seeds") long seed) {
        fuzz(seed, sources, bytes -> {
            Path file = Files.write(place("sources.yml"), bytes);
            complains(() -> SourceFile.read(file, TYPES));
        });
    }

    @Property(tries = TRIES / 10, shrinking = ShrinkingMode.OFF)
    void checkpoint(@ForAll("seeds") long seed) {
        fuzz(seed, checkpoints, bytes -> {
            // Its name follows from the file's; so it is made once and then spoilt.
            Path file = place("telemetry.ndjson");
            Path kept = place("kept");
            if (!Files.exists(file)) {
                Files.writeString(file, Samples.quality("a~b", 1) + "\n");
                readOnce(file, kept);
            }
            try (var places = Files.list(kept)) {
                Files.write(places.findFirst().orElseThrow(), bytes);
            }
            readOnce(file, kept);
        });
    }

    private static void readOnce(Path file, Path kept) throws IOException {
        try (MockKafka kafka = MockKafka.acknowledging();
                var collector = FileCollectorSettings.once(List.of(file), kept).open(kafka.context())) {
            assertThat(collector.finished()).succeedsWithin(Duration.ofSeconds(5));
            assertThat(kafka.deadLetters().size() + kafka.events().size()).isLessThanOrEqualTo(1);
        }
    }

    private static ConfiguredSource source(String fields) throws IOException {
        Path file = Files.writeString(place("one.yml"), "sources: [{id: s, " + fields + "}]");
        return SourceFile.read(file, TYPES).entries().getFirst().configured();
    }

    private static Path place(String name) {
        return Objects.requireNonNull(folder).resolve(name);
    }

    /** Bytes to a parser. */
    @FunctionalInterface
    private interface Target {
        void take(byte[] bytes) throws IOException;
    }

    private static void complains(Reads reading) throws IOException {
        try {
            reading.read();
        } catch (InvalidYaml e) {
            assertThat(e.getMessage()).containsPattern("\\.yml");
        }
    }

    @FunctionalInterface
    private interface Reads {
        Object read() throws IOException;
    }

    private static List<Intake> pieces(FragmentReader reader) throws IOException {
        List<Intake> found = new ArrayList<>();
        for (Fragment piece = reader.next(); piece != null; piece = reader.next()) {
            found.add(INTAKE.read(piece));
        }
        Fragment rest = reader.rest();
        if (rest != null) {
            found.add(INTAKE.read(rest));
        }
        return found;
    }

    /** What was taken for an event is one, also to whoever reads it next. */
    private static void check(List<Intake> found) {
        for (Intake each : found) {
            switch (each) {
                case Intake.Accepted accepted -> {
                    try {
                        assertThat(TelemetryJson.read(accepted.json())).isEqualTo(accepted.event());
                    } catch (InvalidEvent e) {
                        throw new AssertionError(
                                "accepted, and cannot be read: " + new String(accepted.json(), UTF_8), e);
                    }
                }
                case Intake.Rejected rejected -> assertThat(rejected.detail()).isNotBlank();
            }
        }
    }

    private static void fuzz(long seed, @Nullable List<byte[]> samples, Target target) {
        SplittableRandom random = new SplittableRandom(seed);
        long end = System.nanoTime() + (long) (LONG_MINUTES * 60e9 / TRIES);
        do {
            byte[] input = changed(samples == null ? List.of() : samples, random);
            long begin = System.nanoTime();
            try {
                target.take(input);
            } catch (IOException e) {
                throw new UncheckedIOException(shown(seed, input), e);
            } catch (RuntimeException | Error e) {
                throw new AssertionError(shown(seed, input), e);
            }
            assertThat(System.nanoTime() - begin).as(() -> shown(seed, input)).isLessThan(PATIENCE_NANOS);
        } while (System.nanoTime() < end);
    }

    private static String shown(long seed, byte[] input) {
        return "seed " + seed + ", input " + HexFormat.of().formatHex(input);
    }

    /** A sample, changed in a few places; now and then nothing but noise. */
    private static byte[] changed(List<byte[]> samples, SplittableRandom random) {
        byte[] bytes = samples.get(random.nextInt(samples.size()));
        if (random.nextInt(50) == 0) {
            bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
        }
        for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
            int at = random.nextInt(bytes.length + 1);
            int to = Math.min(bytes.length, at + random.nextInt(1 + random.nextInt(64)));
            byte[] put = switch (random.nextInt(7)) {
                case 0, 1, 2 -> TOKENS.get(random.nextInt(TOKENS.size()));
                case 3 -> new byte[] {(byte) random.nextInt(256)};
                case 4 -> new byte[0];
                case 5 -> Arrays.copyOfRange(bytes, at, to);
                default -> repeated(TOKENS.get(random.nextInt(TOKENS.size())), random.nextInt(400));
            };
            int kept = random.nextBoolean() ? at : to;
            bytes = spliced(bytes, at, kept, put);
            if (random.nextInt(20) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 1));
            }
        }
        return bytes.length > MAX_INPUT_BYTES ? Arrays.copyOf(bytes, MAX_INPUT_BYTES) : bytes;
    }

    private static byte[] spliced(byte[] bytes, int upTo, int from, byte[] put) {
        byte[] all = new byte[upTo + put.length + bytes.length - from];
        System.arraycopy(bytes, 0, all, 0, upTo);
        System.arraycopy(put, 0, all, upTo, put.length);
        System.arraycopy(bytes, from, all, upTo + put.length, bytes.length - from);
        return all;
    }

    private static byte[] repeated(byte[] token, int times) {
        byte[] all = new byte[token.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(token, 0, all, i * token.length, token.length);
        }
        return all;
    }
}
