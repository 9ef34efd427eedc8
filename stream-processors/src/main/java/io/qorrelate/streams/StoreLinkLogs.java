package io.qorrelate.streams;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/** The logs of the subjects that were heard of lately, so that a busy link's state is not read back for every event. */
final class StoreLinkLogs {
    /** Subjects remembered by one task; a state takes some 20 KB as objects, so that all of them stay within 10 MB. */
    private static final int SUBJECTS = 500;

    private final KeyValueStore<Bytes, byte[]> states;
    private final KeyValueStore<Bytes, byte[]> events;
    private final Map<String, StoreLinkLog> latest = new LinkedHashMap<>(SUBJECTS, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StoreLinkLog> eldest) {
            return size() > SUBJECTS;
        }
    };

    StoreLinkLogs(KeyValueStore<Bytes, byte[]> states, KeyValueStore<Bytes, byte[]> events) {
        this.states = states;
        this.events = events;
    }

    StoreLinkLog of(String subject) {
        return latest.computeIfAbsent(subject, name -> new StoreLinkLog(name, states, events));
    }
}
