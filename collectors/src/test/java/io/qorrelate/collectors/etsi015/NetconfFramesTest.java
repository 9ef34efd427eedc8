package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetconfFramesTest {
    private static List<String> read(String stream, boolean chunked, int maxBytes) throws IOException {
        NetconfFrames frames = new NetconfFrames(
                new ByteArrayInputStream(stream.getBytes(UTF_8)), new ByteArrayOutputStream(), maxBytes);
        if (chunked) {
            frames.inChunks();
        }
        List<String> found = new ArrayList<>();
        for (NetconfFrames.Message message = frames.next(); message != null; message = frames.next()) {
            found.add(new String(message.bytes(), UTF_8) + (message.cut() ? " (cut)" : ""));
        }
        return found;
    }

    @Test
    void aMarkEndsAMessage() throws IOException {
        assertThat(read("<a/>]]>]]>\n<b/>]]>]]>", false, 100)).containsExactly("<a/>", "\n<b/>");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "]", "]]", "]]]", "]]>", "]]>]", "]]>]]", "]]]]>x", "]]>]x", "]]>]]x", "]]]>]", "]]>]]]]", "x]]>]]]"
            })
    void whatOnlyBeginsLikeTheMarkIsPartOfTheMessage(String text) throws IOException {
        assertThat(read(text + "y]]>]]>", false, 100)).containsExactly(text + "y");
    }

    @ParameterizedTest
    @ValueSource(strings = {"]", "]]", "]]>]]"})
    void theMarkIsFoundBehindItsOwnBeginning(String text) throws IOException {
        assertThat(read(text + "]]>]]>", false, 100)).containsExactly(expected(text + "]]>]]>"));
    }

    private static String expected(String stream) {
        return stream.substring(0, stream.indexOf("]]>]]>"));
    }

    /** The example of RFC 6242, section 4.2. */
    @Test
    void chunksMakeAMessage() throws IOException {
        String example = """

                #4
                <rpc
                #18
                 message-id="102"

                #79
                     xmlns="urn:ietf:params:xml:ns:netconf:base:1.0">
                  <close-session/>
                </rpc>
                ##
                """;

        assertThat(read(example, true, 1000))
                .containsExactly("<rpc message-id=\"102\"\n     xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\">\n"
                        + "  <close-session/>\n</rpc>");
    }

    @Test
    void aChunkMayHoldWhatLooksLikeTheEnd() throws IOException {
        assertThat(read("\n#10\n]]>]]>\n##\n\n##\n\n#1\nx\n##\n", true, 100)).containsExactly("]]>]]>\n##\n", "x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a/>",
                "\n#0\n\n##\n",
                "\n#01\nx\n##\n",
                "\n#4294967296\nx",
                "\n#99999999999999999999\nx",
                "\n#-1\nx",
                "\n#x\nx",
                "\n#1 \nx",
                "\n##\n",
                "\n#1\nxy\n##\n",
                "\n#1\nx\n##x",
                "\n#5\nab",
                "\n#1\nx",
                "\n",
                "\n#"
            })
    void whatIsFramedWronglyIsNoMessage(String stream) {
        assertThatIOException().isThrownBy(() -> read(stream, true, 100));
    }

    @Test
    void whatEndsWithinAMessageIsNone() {
        assertThatIOException().isThrownBy(() -> read("<a/>]]>]]", false, 100));
    }

    @Test
    void noMoreOfAMessageIsHeldThanItMayHave() throws IOException {
        assertThat(read("x".repeat(100_000) + "]]>]]>y]]>]]>", false, 3)).containsExactly("xxx (cut)", "y");
        assertThat(read("\n#100000\n" + "x".repeat(100_000) + "\n##\n\n#1\ny\n##\n", true, 3))
                .containsExactly("xxx (cut)", "y");
    }

    @Test
    void whatIsSentIsWhatIsRead() throws IOException {
        for (boolean chunked : List.of(false, true)) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            NetconfFrames frames = new NetconfFrames(new ByteArrayInputStream(new byte[0]), sent, 100);
            if (chunked) {
                frames.inChunks();
            }
            frames.send("<ü/>");
            assertThat(read(sent.toString(UTF_8), chunked, 100)).containsExactly("<ü/>");
        }
    }
}
