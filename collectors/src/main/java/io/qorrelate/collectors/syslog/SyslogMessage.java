package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.mapping.LogMessage;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.Year;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One message. Reading never fails: what follows neither RFC is a text and nothing else, as RFC 3164, section 4.3.3, has it.
 *
 * @param facility 0..23
 * @param severity 0 (emergency) .. 7 (debug)
 * @param time as the sender says; null where it does not
 * @param host as the sender says
 * @param app its APP-NAME, or TAG without the process id
 * @param data STRUCTURED-DATA: parameters by {@code ID.NAME}
 * @param times how many messages it stands for: relays write "message repeated 3 times: [ … ]"
 * @param text the rest
 */
record SyslogMessage(
        int facility,
        int severity,
        @Nullable Instant time,
        @Nullable String host,
        @Nullable String app,
        @Nullable String procid,
        @Nullable String msgid,
        Map<String, String> data,
        long times,
        String text) {

    /** {@code user.notice}: what a message without a priority has, RFC 3164, section 4.3.3. */
    private static final int DEFAULT_PRIORITY = 13;

    private static final int MAX_PRIORITY = 191;

    private static final int SEVERITIES = 8;

    /** {@code Nov  3 09:05:01} and what follows. */
    private static final Pattern BSD_TIME =
            Pattern.compile("([A-Z][a-z]{2}) {1,2}(\\d{1,2}) (\\d{2}):(\\d{2}):(\\d{2})(?: |$)");

    private static final List<String> MONTHS =
            List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

    /** What many senders of the old format have used instead of its time for years. */
    private static final Pattern ISO_TIME = Pattern.compile("(\\d{4}-\\d{2}-\\d{2}T\\S{8,25})(?: |$)");

    /** TAG: RFC 3164 allows letters and digits; programs are also called {@code sshd-session} and {@code postfix/smtpd}. */
    private static final Pattern TAG = Pattern.compile("([A-Za-z0-9_./@-]{1,64})(?:\\[([^\\]\\s]{1,128})])?:(?: |$)");

    private static final Pattern REPEATED =
            Pattern.compile("message repeated (\\d{1,9}) times: \\[ ?(.*)]", Pattern.DOTALL);

    /** A clock may run ahead of the year's end, and a message lie a while; beyond it is last year's. */
    private static final Duration AHEAD = Duration.ofDays(2);

    SyslogMessage {
        data = Map.copyOf(data);
    }

    /**
     * As patterns look at it.
     *
     * @param peer address that it came from
     */
    LogMessage from(String peer) {
        return new Heard(this, peer);
    }

    private record Heard(SyslogMessage message, String peer) implements LogMessage {
        @Override
        public @Nullable String app() {
            return message.app;
        }

        @Override
        public @Nullable String msgid() {
            return message.msgid;
        }

        @Override
        public String text() {
            return message.text;
        }

        @Override
        public @Nullable String header(String name) {
            return switch (name) {
                case "facility" -> Integer.toString(message.facility);
                case "severity" -> Integer.toString(message.severity);
                case "host" -> message.host;
                case "app" -> message.app;
                case "procid" -> message.procid;
                case "msgid" -> message.msgid;
                case "times" -> Long.toString(message.times);
                case "text" -> message.text;
                case "peer" -> peer;
                default -> null;
            };
        }

        @Override
        public @Nullable String data(String name) {
            return message.data.get(name);
        }
    }

    /**
     * Reads a message.
     *
     * @param zone of times that name none
     * @param received for the year of times that name none
     */
    static SyslogMessage read(byte[] bytes, ZoneId zone, Instant received) {
        return new Reader(new String(bytes, StandardCharsets.UTF_8), zone, received).read();
    }

    private static final class Reader {
        private final String all;
        private final ZoneId zone;
        private final Instant received;
        private int at;

        Reader(String all, ZoneId zone, Instant received) {
            // Ends that senders put there for other senders' sake.
            int end = all.length();
            while (end > 0 && "\r\n\0".indexOf(all.charAt(end - 1)) >= 0) {
                end--;
            }
            this.all = all.substring(0, end);
            this.zone = zone;
            this.received = received;
        }

        SyslogMessage read() {
            int priority = priority();
            if (priority < 0) {
                at = 0;
                return message(DEFAULT_PRIORITY, null, null, null, null, null, Map.of(), all);
            }
            int afterPriority = at;
            if (all.startsWith("1 ", at)) {
                at += 2;
                SyslogMessage message = modern(priority);
                if (message != null) {
                    return message;
                }
                at = afterPriority;
            }
            return old(priority);
        }

        /** {@code <0>} to {@code <191>}; −1 where there is none. */
        private int priority() {
            int end = all.startsWith("<") ? all.indexOf('>') : -1;
            if (end < 2 || end > 4) {
                return -1;
            }
            int priority = 0;
            for (int i = 1; i < end; i++) {
                char digit = all.charAt(i);
                if (digit < '0' || digit > '9') {
                    return -1;
                }
                priority = 10 * priority + digit - '0';
            }
            at = end + 1;
            return priority <= MAX_PRIORITY ? priority : -1;
        }

        /** RFC 5424, section 6; null where it only looked like it. */
        private @Nullable SyslogMessage modern(int priority) {
            String time = word();
            String host = word();
            String app = word();
            String procid = word();
            String msgid = word();
            if (time == null || host == null || app == null || procid == null || msgid == null) {
                return null;
            }
            Map<String, String> data = structuredData();
            if (data == null) {
                return null;
            }
            String text = at < all.length() ? all.substring(at + 1) : "";
            return message(
                    priority,
                    iso(time),
                    orNull(host),
                    orNull(app),
                    orNull(procid),
                    orNull(msgid),
                    data,
                    text.startsWith("\uFEFF") ? text.substring(1) : text);
        }

        /** Up to the next space, which is passed. */
        private @Nullable String word() {
            int end = all.indexOf(' ', at);
            if (end <= at) {
                return null;
            }
            String word = all.substring(at, end);
            at = end + 1;
            return word;
        }

        /** Stops behind it, at a space or the end; null where it is not sound. */
        private @Nullable Map<String, String> structuredData() {
            if (at < all.length() && all.charAt(at) == '-') {
                at++;
                return at == all.length() || all.charAt(at) == ' ' ? Map.of() : null;
            }
            Map<String, String> data = new HashMap<>();
            while (at < all.length() && all.charAt(at) == '[') {
                at++;
                if (!element(data)) {
                    return null;
                }
            }
            return !data.isEmpty() && (at == all.length() || all.charAt(at) == ' ') ? data : null;
        }

        private boolean element(Map<String, String> data) {
            int begin = at;
            while (at < all.length() && " ]\"=".indexOf(all.charAt(at)) < 0) {
                at++;
            }
            if (at == begin || at == all.length()) {
                return false;
            }
            String id = all.substring(begin, at);
            data.put(id, "");
            while (at < all.length() && all.charAt(at) == ' ') {
                at++;
                int equals = all.indexOf("=\"", at);
                if (equals <= at) {
                    return false;
                }
                String name = all.substring(at, equals);
                at = equals + 2;
                StringBuilder value = new StringBuilder();
                while (at < all.length() && all.charAt(at) != '"') {
                    boolean escaped =
                            all.charAt(at) == '\\' && at + 1 < all.length() && "\"\\]".indexOf(all.charAt(at + 1)) >= 0;
                    at += escaped ? 1 : 0;
                    value.append(all.charAt(at));
                    at++;
                }
                at++;
                data.put(id + "." + name, value.toString());
            }
            return at < all.length() && all.charAt(at++) == ']';
        }

        /** RFC 3164, and what is sent in its name. */
        private SyslogMessage old(int priority) {
            Instant time = null;
            Matcher bsd = BSD_TIME.matcher(all).region(at, all.length());
            Matcher iso = ISO_TIME.matcher(all).region(at, all.length());
            boolean timed = true;
            if (bsd.lookingAt()) {
                time = bsd(bsd);
                at = bsd.end();
            } else if (iso.lookingAt()) {
                time = iso(iso.group(1));
                at = iso.end();
            } else {
                timed = false;
            }
            String host = null;
            Matcher tag = TAG.matcher(all).region(at, all.length());
            boolean tagged = tag.lookingAt();
            if (timed && !tagged) {
                // A host comes before the tag, and only behind a time: else any first word would be one.
                host = word();
                tag = TAG.matcher(all).region(at, all.length());
                tagged = tag.lookingAt();
            }
            String app = tagged ? tag.group(1) : null;
            String procid = tagged ? tag.group(2) : null;
            String text = all.substring(tagged ? tag.end() : at);
            return message(priority, time, host, app, procid, null, Map.of(), text);
        }

        private @Nullable Instant bsd(Matcher parts) {
            int month = MONTHS.indexOf(parts.group(1)) + 1;
            int year = Year.from(received.atZone(ZoneOffset.UTC)).getValue();
            try {
                Instant time = bsd(parts, year + 1, month);
                for (int back = 0; back < 2 && (time == null || time.isAfter(received.plus(AHEAD))); back++) {
                    time = bsd(parts, year - back, month);
                }
                return time;
            } catch (DateTimeException e) {
                return null;
            }
        }

        /** Null where that year has no such day. */
        private @Nullable Instant bsd(Matcher parts, int year, int month) {
            int day = Integer.parseInt(parts.group(2));
            if (month == 2 && day == 29 && !Year.isLeap(year)) {
                return null;
            }
            return LocalDateTime.of(
                            year,
                            month,
                            day,
                            Integer.parseInt(parts.group(3)),
                            Integer.parseInt(parts.group(4)),
                            Integer.parseInt(parts.group(5)))
                    .atZone(zone)
                    .toInstant();
        }

        private static @Nullable Instant iso(String text) {
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                return null;
            }
        }

        private static @Nullable String orNull(String word) {
            return "-".equals(word) ? null : word;
        }

        private static SyslogMessage message(
                int priority,
                @Nullable Instant time,
                @Nullable String host,
                @Nullable String app,
                @Nullable String procid,
                @Nullable String msgid,
                Map<String, String> data,
                String text) {
            Matcher repeated = text.startsWith("message repeated") ? REPEATED.matcher(text) : null;
            boolean several = repeated != null && repeated.matches();
            return new SyslogMessage(
                    priority / SEVERITIES,
                    priority % SEVERITIES,
                    time,
                    host,
                    app,
                    procid,
                    msgid,
                    data,
                    several ? Math.max(1, Long.parseLong(repeated.group(1))) : 1,
                    several ? repeated.group(2) : text);
        }
    }
}
