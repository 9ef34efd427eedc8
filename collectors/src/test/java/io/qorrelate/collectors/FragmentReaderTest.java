package io.qorrelate.collectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FragmentReaderTest {
    private static final int HELD = 64 << 10;

    record Piece(
            String text,
            long number,
            long line,
            long total,
            long end,
            @Nullable String flaw) {}

    @Test
    void everyLineIsAPieceAndBlankOnesOnlyCount() throws IOException {
        assertThat(lines("a\n\n  \nb\r\n c"))
                .extracting(Piece::text, Piece::number)
                .containsExactly(tuple("a", 1L), tuple("b", 4L), tuple(" c", 5L));
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheFirstLine() throws IOException {
        assertThat(lines("\uFEFF{}\n{}")).extracting(Piece::text).containsExactly("{}", "{}");
    }

    @Test
    void theEndOfALineSaysHowFarTheInputIsRead() throws IOException {
        assertThat(lines("abc\r\n\ndé\nrest")).extracting(Piece::end).containsExactly(5L, 10L, 14L);
    }

    @Test
    void piecesComeOutTheSameHoweverTheBytesArrive() throws IOException {
        String array = " [ {\"a\":\"],[\\\"\"}, [1,2],\n3 ,{\"b\":{}}]\n";
        assertThat(read(FragmentReader.sniffing(byteByByte(array), HELD))).isEqualTo(sniffed(array));
        String lines = "\uFEFF{\"a\":1}\r\n\n{\"b\":2}\nx";
        assertThat(read(FragmentReader.sniffing(byteByByte(lines), HELD))).isEqualTo(sniffed(lines));
    }

    @Test
    void aLineThatGrowsIsTakenWhenItEnds() throws IOException {
        Growing input = new Growing();
        FragmentReader reader = FragmentReader.lines(input);
        input.add("one\ntw");
        assertThat(text(reader.next())).isEqualTo("one");
        assertThat(reader.next()).isNull();
        input.add("o\n");
        assertThat(text(reader.next())).isEqualTo("two");
        assertThat(reader.next()).isNull();
        assertThat(reader.rest()).isNull();
    }

    @Test
    void ofALineThatIsTooLongTheBeginningIsKeptAndTheNextLineIsWhole() throws IOException {
        String giant = "g".repeat(HELD) + "z".repeat(5 * HELD + 17);
        List<Piece> pieces = lines("before\n" + giant + "\nafter\n");

        assertThat(pieces).extracting(Piece::number).containsExactly(1L, 2L, 3L);
        assertThat(pieces.get(1).text()).isEqualTo("g".repeat(HELD));
        assertThat(pieces.get(1).total()).isEqualTo(giant.length());
        assertThat(pieces.get(2).text()).isEqualTo("after");
        assertThat(pieces.get(2).end()).isEqualTo("before\nafter\n".length() + giant.length() + 1L);
    }

    @Test
    void aLastLineThatIsTooLongIsStillOnePiece() throws IOException {
        assertThat(lines("g".repeat(3 * HELD))).singleElement().satisfies(piece -> {
            assertThat(piece.text()).hasSizeGreaterThanOrEqualTo(HELD);
            assertThat(piece.total()).isEqualTo(3L * HELD);
        });
    }

    @Test
    void elementsOfAnArrayAreCutOutAsTheyStand() throws IOException {
        assertThat(sniffed("[\n {\"a\": [1, {}]} ,\n{\"b\":\"}],\\\\\"},7 ]"))
                .extracting(Piece::text, Piece::number, Piece::line)
                .containsExactly(
                        tuple("{\"a\": [1, {}]}", 1L, 2L), tuple("{\"b\":\"}],\\\\\"}", 2L, 3L), tuple("7", 3L, 3L));
    }

    @Test
    void anEmptyArrayHasNoElements() throws IOException {
        assertThat(sniffed(" [ ]\n")).isEmpty();
    }

    @Test
    void flawsOfAnArrayAreNamed() throws IOException {
        assertThat(sniffed("[1,,2]"))
                .extracting(Piece::flaw)
                .containsExactly(null, "an element of the array is empty", null);
        assertThat(sniffed("[1,]")).extracting(Piece::flaw).containsExactly(null, "an element of the array is empty");
        assertThat(sniffed("[1] {\"a\":1}\n[2]"))
                .extracting(Piece::text, Piece::flaw)
                .containsExactly(
                        tuple("1", null), tuple("{\"a\":1}\n[2]", "the input goes on after the end of the array"));
        assertThat(sniffed("[1,{\"a\":"))
                .last()
                .satisfies(piece -> assertThat(piece.flaw()).isEqualTo("the input ends before the array does"));
        assertThat(sniffed("["))
                .singleElement()
                .satisfies(piece -> assertThat(piece.text()).isEmpty());
    }

    @Test
    void anObjectOverSeveralLinesIsOnePiece() throws IOException {
        assertThat(sniffed("{\n  \"a\": \"}\\n\",\n  \"b\": {}\n}\n\n{ \"c\": 1 }\nnonsense\n{\n}"))
                .extracting(Piece::text, Piece::line)
                .containsExactly(
                        tuple("{\n  \"a\": \"}\\n\",\n  \"b\": {}\n}", 1L),
                        tuple("{ \"c\": 1 }", 6L),
                        tuple("nonsense", 7L),
                        tuple("{\n}", 8L));
    }

    @Test
    void whatStandsBetweenObjectsIsOnePieceHoweverManyBracketsAndLinesItHas() throws IOException {
        String brackets = "}".repeat(1_000) + "\n}\n}]\n}{}";
        String input = "{\n}\n" + brackets + "\n\n {\n\"a\":1}" + brackets;
        assertThat(sniffed(input))
                .extracting(Piece::text, Piece::line)
                .containsExactly(tuple("{\n}", 1L), tuple(brackets, 3L), tuple("{\n\"a\":1}", 8L), tuple(brackets, 9L));
        assertThat(read(FragmentReader.sniffing(byteByByte(input), HELD))).isEqualTo(sniffed(input));
    }

    @Test
    void anInputThatLooksLikeLinesIsReadAsLines() throws IOException {
        assertThat(sniffed("{\"a\":1}\n{broken\n{\"b\":2}"))
                .extracting(Piece::text)
                .containsExactly("{\"a\":1}", "{broken", "{\"b\":2}");
        assertThat(sniffed("")).isEmpty();
        assertThat(sniffed(" \n\t")).isEmpty();
    }

    private static List<Piece> lines(String input) throws IOException {
        return read(FragmentReader.lines(new ByteArrayInputStream(input.getBytes(UTF_8)), HELD));
    }

    private static List<Piece> sniffed(String input) throws IOException {
        return read(FragmentReader.sniffing(new ByteArrayInputStream(input.getBytes(UTF_8)), HELD));
    }

    private static List<Piece> read(FragmentReader reader) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        Fragment fragment = reader.next();
        while (fragment != null) {
            pieces.add(piece(fragment));
            fragment = reader.next();
        }
        Fragment rest = reader.rest();
        if (rest != null) {
            pieces.add(piece(rest));
        }
        return pieces;
    }

    private static Piece piece(Fragment fragment) {
        return new Piece(
                text(fragment),
                fragment.number(),
                fragment.line(),
                fragment.totalBytes(),
                fragment.end(),
                fragment.flaw());
    }

    private static String text(@Nullable Fragment fragment) {
        return fragment == null ? "" : new String(fragment.bytes(), UTF_8);
    }

    private static InputStream byteByByte(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(1, length));
            }
        };
    }

    /** An input that ends for now. */
    private static final class Growing extends InputStream {
        private ByteArrayInputStream arrived = new ByteArrayInputStream(new byte[0]);

        void add(String text) {
            arrived = new ByteArrayInputStream(text.getBytes(UTF_8));
        }

        @Override
        public int read() {
            return arrived.read();
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return arrived.read(buffer, offset, length);
        }
    }
}
