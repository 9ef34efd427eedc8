package io.qorrelate.collectors.source;

import java.time.Duration;

/** An interface whose sources are asked at an interval, so that how often tells how long a silence is news. */
public interface PolledSourceType extends SourceType {
    /** So many unanswered rounds are an outage that somebody should know of. */
    int SILENT_ROUNDS = 6;

    /** Somebody who asks every second need not be told of six lost packets. */
    Duration LEAST_SILENCE = Duration.ofMinutes(1);

    @Override
    default Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }
}
