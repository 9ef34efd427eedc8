package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.MockKafka;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sound input, spoilt at random: whatever comes of it, it is an event, a rejection, or the end of a stream. How long each parser is tried
 * is said by the system property {@code qorrelate.fuzz.seconds}; the seed is printed where something else came of it.
 */
class ParsersFuzzTest {
    private static final long SECONDS = Long.getLong("qorrelate.fuzz.seconds", 1);

    private static final int MAX_BYTES = 1 << 12;

    private static final List<String> TOKENS = List.of(
            "<",
            ">",
            "</",
            "/>",
            "<!DOCTYPE a [<!ENTITY e \"&e;&e;\">]>",
            "&e;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "]]>]]>",
            "\n##\n",
            "\n#1\n",
            "\n#4294967295\n",
            "{",
            "}",
            "[",
            "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
            "]",
            "\"",
            ":",
            ",",
            "null",
            "1e999",
            "-0",
            "NaN",
            "99999999999999999999",
            "\uFEFF",
            "\u0000",
            "data: ",
            "id: ",
            "\r",
            "\n\n",
            "qkd_link",
            "eventTime",
            "etsi-qkd-node-types:",
            "x:y");

    @TempDir
    private Path work;

    @FunctionalInterface
    private interface Parser {
        void parse(byte[] input) throws Exception;
    }

    private static void fuzz(List<byte[]> seeds, Parser parser) {
        long seed = System.nanoTime();
        Random chance = new Random(seed);
        long end = System.nanoTime() + SECONDS * 1_000_000_000L;
        long runs = 0;
        while (System.nanoTime() < end) {
            byte[] input = seeds.get(chance.nextInt(seeds.size()));
            for (int i = chance.nextInt(8); i >= 0; i--) {
                input = spoilt(input, chance);
            }
            try {
                parser.parse(input);
            } catch (Exception | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed " + seed + ", run " + runs + ": " + new String(input, UTF_8), e);
            }
            runs++;
        }
        System.out.println(runs + " inputs, seed " + seed);
        assertThat(runs).isPositive();
    }

    private static byte[] spoilt(byte[] input, Random chance) {
        int from = chance.nextInt(input.length + 1);
        int to = Math.min(input.length, from + chance.nextInt(40));
        ByteArrayOutputStream spoilt = new ByteArrayOutputStream();
        spoilt.write(input, 0, from);
        switch (chance.nextInt(6)) {
            case 0 -> spoilt.write(input, to, input.length - to);
            case 1 -> {
                // Cut off here.
            }
            case 2 -> {
                spoilt.write(chance.nextInt(256));
                spoilt.write(input, to, input.length - to);
            }
            case 3 -> {
                spoilt.writeBytes(TOKENS.get(chance.nextInt(TOKENS.size())).getBytes(UTF_8));
                spoilt.write(input, from, input.length - from);
            }
            case 4 -> {
                spoilt.writeBytes(TOKENS.get(chance.nextInt(TOKENS.size())).getBytes(UTF_8));
                spoilt.write(input, to, input.length - to);
            }
            default -> {
                int times = 1 + chance.nextInt(40);
                for (int i = 0; i < times && spoilt.size() < (1 << 16); i++) {
                    spoilt.write(input, from, to - from);
                }
                spoilt.write(input, from, input.length - from);
            }
        }
        return spoilt.toByteArray();
    }

    private static List<byte[]> jsonSeeds() {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(Nodes.sample());
        Nodes.resource("notifications.ndjson").lines().forEach(line -> seeds.add(line.getBytes(UTF_8)));
        return seeds;
    }

    private static List<byte[]> xmlSeeds() {
        return List.of(
                Nodes.resource("reply.xml").getBytes(UTF_8),
                Nodes.resource("notification.xml").getBytes(UTF_8));
    }

    private void read(List<byte[]> seeds) throws IOException {
        SdnNode node = (SdnNode) Nodes.source(Nodes.file(work, "https://127.0.0.1:9", ""));
        NodeReader reader = new NodeReader(node);
        fuzz(seeds, input -> {
            for (Intake intake : reader.read(input, Nodes.INTAKE, MockKafka.NOW)) {
                switch (intake) {
                    case Intake.Accepted accepted -> assertThat(accepted.json()).isNotEmpty();
                    case Intake.Rejected rejected ->
                        assertThat(rejected.detail()).isNotBlank();
                }
            }
        });
    }

    @Test
    void spoiltJsonGivesEventsOrRejections() throws IOException {
        read(jsonSeeds());
    }

    @Test
    void spoiltXmlGivesEventsOrRejections() throws IOException {
        read(xmlSeeds());
    }

    @Test
    void spoiltStreamsOfEventsEnd() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] each : jsonSeeds()) {
            seeds.add(("\uFEFFid: 7\r\ndata: " + new String(each, UTF_8) + "\r\r: x\n\n").getBytes(UTF_8));
        }
        fuzz(seeds, input -> {
            ServerSentEvents events = new ServerSentEvents(new ByteArrayInputStream(input), MAX_BYTES);
            for (ServerSentEvents.Event event = events.next(); event != null; event = events.next()) {
                assertThat(event.data().length).isLessThanOrEqualTo(MAX_BYTES);
            }
        });
    }

    @Test
    void spoiltFramesGiveMessagesOrEndTheConversation() {
        List<byte[]> seeds = new ArrayList<>();
        for (byte[] each : xmlSeeds()) {
            seeds.add((new String(each, UTF_8) + "]]>]]>").getBytes(UTF_8));
            seeds.add(("\n#" + each.length + "\n" + new String(each, UTF_8) + "\n#2\nab\n##\n").getBytes(UTF_8));
        }
        fuzz(seeds, input -> {
            for (boolean chunked : List.of(false, true)) {
                NetconfFrames frames =
                        new NetconfFrames(new ByteArrayInputStream(input), OutputStream.nullOutputStream(), MAX_BYTES);
                if (chunked) {
                    frames.inChunks();
                }
                try {
                    NetconfFrames.Message message;
                    while ((message = frames.next()) != null) {
                        assertThat(message.bytes().length).isLessThanOrEqualTo(MAX_BYTES);
                    }
                } catch (IOException e) {
                    assertThat(e.getMessage()).isIn("broke off within a message", "frames its messages wrongly");
                }
            }
        });
    }
}
