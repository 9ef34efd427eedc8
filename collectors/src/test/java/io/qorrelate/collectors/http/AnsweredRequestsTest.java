package io.qorrelate.collectors.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AnsweredRequestsTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AnsweredRequests requests = new AnsweredRequests(nanos::get);

    @Test
    void anAnswerIsKeptForAnHourAndThenForgotten() {
        answer("k", "small");
        nanos.addAndGet(AnsweredRequests.KEPT.toNanos() - 1);
        assertThat(claim("k")).isInstanceOf(AnsweredRequests.Answered.class);
        nanos.addAndGet(1);
        assertThat(claim("k")).isInstanceOf(AnsweredRequests.Fresh.class);
        assertThat(claim("k")).isInstanceOf(AnsweredRequests.Busy.class);
    }

    @Test
    void ofTooManyAnswersTheOldestIsForgottenAndWhatIsBeingWorkedOnIsNot() {
        assertThat(claim("at work")).isInstanceOf(AnsweredRequests.Fresh.class);
        for (int i = 0; i <= AnsweredRequests.MAX_ANSWERS; i++) {
            answer("k" + i, "small");
        }
        assertThat(claim("at work")).isInstanceOf(AnsweredRequests.Busy.class);
        assertThat(claim("k" + AnsweredRequests.MAX_ANSWERS)).isInstanceOf(AnsweredRequests.Answered.class);
        assertThat(claim("k0")).isInstanceOf(AnsweredRequests.Fresh.class);
    }

    @Test
    void ofAnswersThatTakeTooMuchMemoryTheOldestIsForgotten() {
        String large = "x".repeat(AnsweredRequests.MAX_BYTES / 4);
        for (int i = 0; i < 4; i++) {
            answer("k" + i, large);
        }
        assertThat(claim("k3")).isInstanceOf(AnsweredRequests.Answered.class);
        assertThat(claim("k0")).isInstanceOf(AnsweredRequests.Fresh.class);
    }

    private AnsweredRequests.Claim claim(String key) {
        return requests.claim(new IdempotencyKey(key));
    }

    private void answer(String key, String body) {
        assertThat(claim(key)).isInstanceOf(AnsweredRequests.Fresh.class);
        requests.answered(new IdempotencyKey(key), new byte[32], Answer.of(202, Map.of("body", body)));
    }
}
