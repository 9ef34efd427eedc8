package io.qorrelate.collectors.syslog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTest {
    private static final int MOST = 64 << 10;

    private static List<String> cut(InputStream stream) throws IOException {
        Frames frames = new Frames(stream, MOST);
        List<String> messages = new ArrayList<>();
        for (byte[] bytes = frames.next(); bytes != null; bytes = frames.next()) {
            messages.add(new String(bytes, UTF_8));
        }
        return messages;
    }

    private static List<String> cut(String text) throws IOException {
        return cut(new ByteArrayInputStream(text.getBytes(UTF_8)));
    }

    @Test
    void linesAndCountedMessagesMayFollowEachOther() throws IOException {
        assertThat(cut("<1>one\n<2>two\r\n\n5 <3>a\n6 <4>bcd\n<5>last\0<6>no end"))
                .containsExactly("<1>one", "<2>two\r", "<3>a\n", "<4>bcd", "<5>last", "<6>no end");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 8_192})
    void howTheStreamArrivesDoesNotMatter(int step) throws IOException {
        String text = "12 <1>aaaaaaaaa<2>line\n70000 " + "x".repeat(70_000) + "<3>end\n";
        InputStream stream = new ByteArrayInputStream(text.getBytes(UTF_8)) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                return super.read(bytes, offset, Math.min(step, length));
            }
        };

        assertThat(cut(stream)).containsExactly("<1>aaaaaaaaa", "<2>line", "x".repeat(MOST), "<3>end");
    }

    @Test
    void aLongLineIsCutAndTheNextOneIsWhole() throws IOException {
        Frames frames = new Frames(
                new ByteArrayInputStream(("<1>" + "x".repeat(5 << 20) + "\n<2>next\n").getBytes(UTF_8)), MOST);

        assertThat(frames.next()).hasSize(MOST);
        assertThat(frames.totalBytes()).isEqualTo(3 + (5 << 20));
        assertThat(frames.next()).isEqualTo("<2>next".getBytes(UTF_8));
        assertThat(frames.totalBytes()).isEqualTo(7);
        assertThat(frames.next()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"9999999999 x, 9999999999 x", "12x<1>y, 12x<1>y", "5, 5", "99 short, short"})
    void whereTheNextMessageBeginsMustBeKnownAndWhatCameIsKept(String text, String kept) {
        assertThatExceptionOfType(Frames.Broken.class)
                .isThrownBy(() -> cut("<1>one\n" + text))
                .satisfies(broken -> {
                    assertThat(broken.bytes()).isEqualTo(kept.getBytes(UTF_8));
                    assertThat(broken.totalBytes()).isEqualTo(kept.length());
                });
    }
}
