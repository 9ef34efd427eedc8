package io.qorrelate.collectors.etsi015;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
    private static List<String> read(String stream) throws IOException {
        ServerSentEvents events = new ServerSentEvents(new ByteArrayInputStream(stream.getBytes(UTF_8)), 20);
        List<String> found = new ArrayList<>();
        for (ServerSentEvents.Event event = events.next(); event != null; event = events.next()) {
            found.add(event.id() + " " + new String(event.data(), UTF_8) + (event.cut() ? " (cut)" : ""));
        }
        return found;
    }

    @Test
    void dataOfSeveralLinesIsOneEvent() throws IOException {
        assertThat(read("data: {\ndata:  \"a\": 1\ndata:}\n\n")).containsExactly("null {\n \"a\": 1\n}");
    }

    @Test
    void anyLineEndWillDoAndAByteOrderMarkIsNoField() throws IOException {
        assertThat(read("\uFEFFid: 1\r\ndata: a\r\n\r\nid: 2\rdata: b\r\rid: 3\ndata: c\n\n"))
                .containsExactly("1 a", "2 b", "3 c");
    }

    @Test
    void anIdHoldsUntilThereIsAnotherAndNoneThatIsFitForAHeaderIsTaken() throws IOException {
        assertThat(read("id: 7\ndata: a\n\ndata: b\n\nid: 8\n\nid: x y\u0001\ndata: c\n\n"))
                .containsExactly("7 a", "7 b", "8 c");
    }

    @Test
    void commentsAndOtherFieldsMakeNoEvent() throws IOException {
        assertThat(read(": still here\n\nevent: x\nretry: 10\nunknown\n\ndata\n\n"))
                .containsExactly("null ");
    }

    @Test
    void whatTheEndCutsShortIsNoEvent() throws IOException {
        assertThat(read("data: a\n\ndata: b\n")).containsExactly("null a");
        assertThat(read("data: b")).isEmpty();
    }

    @Test
    void noMoreOfAnEventIsHeldThanItMayHave() throws IOException {
        assertThat(read("data: " + "x".repeat(100_000) + "\n\ndata: b\n\n"))
                .containsExactly("null " + "x".repeat(20) + " (cut)", "null b");
        assertThat(read("data: 0123456789\n".repeat(50_000) + "\ndata: b\n\n"))
                .containsExactly("null 0123456789\n012345678 (cut)", "null b");
    }
}
