package io.qorrelate.fuzzing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sound inputs, each spoilt in a few places: an endless sequence, and the same one for the same seed. */
final class Mutations {
    /** Most bytes of most inputs: enough for nesting deeper than any stack, and quick to read. */
    private static final int MOST_BYTES = 1 << 16;

    /** Most bytes of the few that are oversized: beyond the mebibyte that an event may have. */
    private static final int MOST_BYTES_OVERSIZED = 1 << 21;

    /** One input in so many is oversized, as those take longer than a thousand others. */
    private static final int OVERSIZED_ONE_IN = 2_000;

    private static final int MOST_CHANGES = 8;

    private static final int LONGEST_PART_BYTES = 64;

    /** Where formats have their limits: of signs, of lengths, of BER's and protobuf's tags, and their punctuation. */
    private static final byte[] EDGES = {
        0, 1, 0x30, 0x7F, (byte) 0x80, (byte) 0x82, (byte) 0x84, (byte) 0xFF, '{', '[', '"', '\\', '\n', '=', ':', '<'
    };

    private static final List<String> NUMBERS = List.of(
            "-1",
            "-0",
            "0",
            "00",
            "1e999",
            "-1e999",
            "1e-400",
            "4.9e-324",
            "NaN",
            "+Inf",
            "0x10",
            "1_000",
            "2147483648",
            "4294967295",
            "9223372036854775808",
            "99999999999999999999999999",
            "1e2147483647",
            "253402300800",
            "31556889864403200");

    /** What a parser may take for something, or stumble over. */
    private static final List<byte[]> TOKENS = tokens(List.of(
            "{",
            "}",
            "[",
            "]",
            "\"",
            "'",
            "\\",
            "\\u0000",
            "\\ud800",
            ",",
            ";",
            ":",
            "=",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\t",
            "\0",
            "#",
            "|",
            "{\"a\":",
            "null",
            "true",
            "2026-11-23T10:00:00Z",
            "2026-02-30T25:61:61+99:99",
            "+999999999-12-31T23:59:59Z",
            "P1D",
            "99999999999d",
            "<",
            ">",
            "</",
            "/>",
            "<a>",
            "<!DOCTYPE a [<!ENTITY e \"&e;&e;\">]>",
            "&e;",
            "&#0;",
            "<![CDATA[",
            "]]>",
            "]]>]]>",
            "\n##\n",
            "\n#1\n",
            "\n#4294967295\n",
            "data: ",
            "id: ",
            "&a",
            "*a",
            "<<:",
            "---",
            "!!",
            "- ",
            "? ",
            "${",
            "${a}",
            "(a*)*",
            "[a-",
            "<0>",
            "<999>1 ",
            "<34>1 - - - - - - ",
            "[x y=\"z\"]",
            "{label=\"\\",
            "\"\"\"\"",
            "\uFEFF",
            "\uD83D\uDE00",
            "\u202E"));

    private static final List<Charset> OTHER_ENCODINGS = List.of(
            UTF_16BE,
            UTF_16LE,
            ISO_8859_1,
            Charset.forName("UTF-32BE"),
            Charset.forName("UTF-32LE"),
            Charset.forName("IBM1047"));

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_.:~-]{2,40}");

    private final List<byte[]> sound;
    private final List<byte[]> words;
    private final SplittableRandom chance;

    Mutations(List<byte[]> sound, long seed) {
        this.sound = sound;
        this.words = words(sound);
        this.chance = new SplittableRandom(seed);
    }

    private static List<byte[]> tokens(List<String> texts) {
        List<byte[]> tokens = new ArrayList<>();
        texts.forEach(text -> tokens.add(text.getBytes(UTF_8)));
        // A protobuf number of ten bytes, an overlong zero, a surrogate, a BER length of four bytes, one without an
        // end.
        tokens.add(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1});
        tokens.add(new byte[] {(byte) 0xC0, (byte) 0x80});
        tokens.add(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80});
        tokens.add(new byte[] {0x30, (byte) 0x84, 0x7F, -1, -1, -1});
        tokens.add(new byte[] {0x30, (byte) 0x80});
        return List.copyOf(tokens);
    }

    /** The names and numbers of the samples: what this parser knows, put where it does not expect it. */
    private static List<byte[]> words(List<byte[]> sound) {
        TreeSet<String> words = new TreeSet<>();
        for (byte[] each : sound) {
            Matcher word = WORD.matcher(new String(each, ISO_8859_1));
            while (word.find()) {
                words.add(word.group());
            }
        }
        return words.stream().map(word -> word.getBytes(ISO_8859_1)).toList();
    }

    byte[] next() {
        boolean oversized = chance.nextInt(OVERSIZED_ONE_IN) == 0;
        int most = oversized ? MOST_BYTES_OVERSIZED : MOST_BYTES;
        byte[] input = chance.nextInt(50) == 0 ? noise(chance.nextInt(2_000)) : sample();
        for (int changes = 1 + chance.nextInt(MOST_CHANGES); changes > 0; changes--) {
            input = changed(input, most);
        }
        if (oversized) {
            int at = chance.nextInt(input.length + 1);
            input = spliced(input, at, repeated(part(input, at), most), at);
        }
        if (chance.nextInt(100) == 0) {
            input = new String(input, UTF_8).getBytes(OTHER_ENCODINGS.get(chance.nextInt(OTHER_ENCODINGS.size())));
        }
        return input.length > most ? Arrays.copyOf(input, most) : input;
    }

    private byte[] changed(byte[] input, int most) {
        int at = chance.nextInt(input.length + 1);
        int to = Math.min(input.length, at + chance.nextInt(1 + chance.nextInt(LONGEST_PART_BYTES)));
        return switch (chance.nextInt(14)) {
            case 0 -> at == input.length ? input : with(input, at, (byte) (input[at] ^ 1 << chance.nextInt(8)));
            case 1 -> at == input.length ? input : with(input, at, EDGES[chance.nextInt(EDGES.length)]);
            case 2 -> spliced(input, at, noise(to - at), to);
            case 3 -> spliced(input, at, new byte[0], to);
            // To cut everything off is to change nothing more: it is less common than the rest.
            case 4 -> chance.nextInt(3) == 0 ? Arrays.copyOf(input, at) : input;
            case 5 -> spliced(input, at, Arrays.copyOfRange(input, at, to), at);
            case 6 -> chance.nextInt(4) == 0 ? spliced(input, input.length, input, input.length) : input;
            case 7, 8 -> spliced(input, at, token(), at);
            case 9 -> spliced(input, at, token(), to);
            case 10 -> withNumber(input, at);
            case 11 -> {
                byte[] other = sample();
                int from = chance.nextInt(other.length + 1);
                int until = from + chance.nextInt(other.length - from + 1);
                yield spliced(input, at, Arrays.copyOfRange(other, from, until), chance.nextBoolean() ? at : to);
            }
            case 12 -> spliced(input, at, repeated(part(input, at), bytesOfRepetition(most)), at);
            default -> spliced(input, at, repeated(token(), bytesOfRepetition(most)), at);
        };
    }

    /** Of every order of magnitude alike: mostly little, now and then deep nesting. */
    private int bytesOfRepetition(int most) {
        return chance.nextInt(1 << chance.nextInt(Integer.SIZE - Integer.numberOfLeadingZeros(most)));
    }

    private byte[] sample() {
        return sound.get(chance.nextInt(sound.size()));
    }

    private byte[] token() {
        return switch (chance.nextInt(4)) {
            case 0 -> NUMBERS.get(chance.nextInt(NUMBERS.size())).getBytes(UTF_8);
            case 1 -> words.isEmpty() ? noise(1) : words.get(chance.nextInt(words.size()));
            default -> TOKENS.get(chance.nextInt(TOKENS.size()));
        };
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        chance.nextBytes(noise);
        return noise;
    }

    private byte[] part(byte[] input, int at) {
        return Arrays.copyOfRange(
                input, at, Math.min(input.length, at + 1 + chance.nextInt(1 + chance.nextInt(LONGEST_PART_BYTES))));
    }

    /** Another number in place of the next one: another unit, another clock, another length. */
    private byte[] withNumber(byte[] input, int at) {
        int from = at;
        while (from < input.length && !isDigit(input[from])) {
            from++;
        }
        int to = from;
        while (to < input.length && isDigit(input[to])) {
            to++;
        }
        String number = chance.nextBoolean()
                ? NUMBERS.get(chance.nextInt(NUMBERS.size()))
                : Long.toString(chance.nextLong() >> chance.nextInt(64));
        return from == input.length ? input : spliced(input, from, number.getBytes(UTF_8), to);
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static byte[] with(byte[] input, int at, byte value) {
        byte[] changed = input.clone();
        changed[at] = value;
        return changed;
    }

    /** With this between the byte before {@code at} and that at {@code next}. */
    private static byte[] spliced(byte[] input, int at, byte[] put, int next) {
        byte[] all = Arrays.copyOf(input, at + put.length + input.length - next);
        System.arraycopy(put, 0, all, at, put.length);
        System.arraycopy(input, next, all, at + put.length, input.length - next);
        return all;
    }

    /** As often as it fits. */
    private static byte[] repeated(byte[] part, int most) {
        byte[] all = new byte[part.length == 0 ? 0 : most - most % part.length];
        for (int i = 0; i < all.length; i += part.length) {
            System.arraycopy(part, 0, all, i, part.length);
        }
        return all;
    }
}
