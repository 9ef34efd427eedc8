package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qorrelate.fuzzing.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Events as they are pushed and as they stand in files: whatever comes, each piece of it is an event or a rejection. */
class EventsFuzzTest {
    /** The default limit of a body has a thousand times as much, and takes as much longer: a few bytes may unpack to all of it. */
    private static final long MOST_UNPACKED_BYTES = 16 << 10;

    private static final List<byte[]> EVENTS = List.of(
            (Samples.quality("a~b", 1) + "\n" + Samples.quality("a~b", 2) + "\r\n").getBytes(UTF_8),
            ("[" + Samples.quality("a~b", 1) + ",\n" + Samples.quality("a~b", 2) + "]").getBytes(UTF_8),
            ("{\"time\":\"2026-11-23T10:00:00Z\",\n\"kind\":\"calibration\",\n\"link\":\"a~b\",\"routine\":\"phase\","
                            + "\"phase\":\"failed\",\"labels\":{\"x\":\"y\"}}")
                    .getBytes(UTF_8));

    /** As lines, and as whatever they look like. */
    @Test
    void linesOfFilesAndBodiesOfPushes() {
        Fuzz.survive("events, as lines, arrays and documents", EVENTS, input -> {
            read(FragmentReader.lines(new ByteArrayInputStream(input)));
            read(FragmentReader.sniffing(new ByteArrayInputStream(input)));
        });
    }

    /** What is not sound is told by an exception for which the sender gets a 400. */
    @Test
    void bodiesThatArePacked() throws IOException {
        List<byte[]> packed = new ArrayList<>();
        for (byte[] each : EVENTS) {
            packed.add(packed(each));
        }
        packed.add(packed(new byte[4 << 20]));
        Fuzz.survive("gzip", packed, input -> {
            try {
                read(FragmentReader.lines(
                        new LimitedStream(Gzip.unpack(new ByteArrayInputStream(input)), MOST_UNPACKED_BYTES)));
            } catch (IOException e) {
                // As it should.
            }
        });
    }

    private static byte[] packed(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    private static void read(FragmentReader reader) throws IOException {
        for (Fragment piece = reader.next(); piece != null; piece = reader.next()) {
            Fuzzed.check(List.of(Fuzzed.INTAKE.read(piece)));
        }
        Fragment rest = reader.rest();
        if (rest != null) {
            Fuzzed.check(List.of(Fuzzed.INTAKE.read(rest)));
        }
    }
}
