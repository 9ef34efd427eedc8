package io.qorrelate.collectors.http;

import io.qorrelate.collectors.Fragment;
import io.qorrelate.collectors.Intake;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was found in one body, for the answer. */
final class Tally {
    /** The first hundred mistakes show what is wrong; the dead letters have them all. */
    private static final int MAX_ERRORS = 100;

    private static final int MAX_MESSAGE_CHARS = 300;

    private final List<Map<String, Object>> errors = new ArrayList<>();
    private int accepted;
    private int rejected;

    void count(Fragment fragment, boolean element, Intake intake) {
        switch (intake) {
            case Intake.Accepted event -> accepted++;
            case Intake.Rejected input -> {
                rejected++;
                if (errors.size() < MAX_ERRORS) {
                    Map<String, Object> error = new LinkedHashMap<>();
                    error.put("line", fragment.line());
                    if (element) {
                        error.put("element", fragment.number());
                    }
                    error.put("reason", input.reason().wireName());
                    error.put("message", shortened(input.detail()));
                    errors.add(error);
                }
            }
        }
    }

    boolean isEmpty() {
        return accepted + rejected == 0;
    }

    boolean hasAccepted() {
        return accepted > 0;
    }

    int accepted() {
        return accepted;
    }

    int rejected() {
        return rejected;
    }

    void describeErrors(Map<String, Object> body) {
        body.put("errors", errors);
        if (rejected > errors.size()) {
            body.put("errors_omitted", rejected - errors.size());
        }
    }

    private static String shortened(String detail) {
        return detail.length() <= MAX_MESSAGE_CHARS ? detail : detail.substring(0, MAX_MESSAGE_CHARS) + " …";
    }
}
