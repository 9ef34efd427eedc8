package io.qorrelate.streams;

import io.qorrelate.model.Finding;
import io.qorrelate.model.TelemetryEvent;

/** What comes of an event: a finding under its key, or something to be told to another subject, under that one's. */
sealed interface Said {
    record Found(Finding finding) implements Said {}

    record Told(TelemetryEvent event) implements Said {}
}
