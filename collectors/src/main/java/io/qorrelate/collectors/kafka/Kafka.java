package io.qorrelate.collectors.kafka;

import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Sources of type {@code kafka}: topics that carry telemetry in another shape. */
public final class Kafka implements SourceType {
    static final String USERNAME = "username";
    static final String PASSWORD = "password";

    /** Who writes to a topic writes more often than that, mostly. */
    private static final Duration SILENT_AFTER = Duration.ofMinutes(5);

    /** One of the bootstrap servers; a pattern of the whole list would go back and forth in it for minutes where it is long. */
    private static final Pattern SERVER = Pattern.compile("[^\\s:,/]++:(\\d{1,5})");

    private static final int MAX_PORT = 65_535;

    /** Kafka's own rule. */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");

    /** Four times as much as a name; the platform's own patterns recurse for each group in another. */
    private static final int MAX_PATTERN_CHARS = 1_000;

    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");

    private static final List<String> STARTS = List.of("earliest", "latest");

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public List<String> fields() {
        return List.of("topics", "pattern", "group", "start", "tls", "sasl", "mapping", "by");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
        names.add(USERNAME);
        names.add(PASSWORD);
        return names;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        return SILENT_AFTER;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        YamlValue target = value.required("target");
        if (!areServers(source.target())) {
            throw target.error("a kafka source's target is its bootstrap servers, such as kafka-1:9092,kafka-2:9092");
        }
        if (value.field("topics").isPresent() == value.field("pattern").isPresent()) {
            throw value.error("a kafka source has one of 'topics' (their names) and 'pattern' (a regular expression"
                    + " for their names)");
        }
        boolean tls = value.field("tls").map(YamlValue::bool).orElse(false);
        String sasl = value.field("sasl").map(word -> oneOf(word, MECHANISMS)).orElse(null);
        check(source, value, tls, sasl);
        String by = value.field("by").map(YamlValue::text).orElse(Feed.KEY);
        value.field("by").ifPresent(name -> {
            String wrong = JsonMapping.complaint(name.text(), Feed.VARIABLES);
            if (wrong != null) {
                throw name.error(wrong);
            }
        });
        return new Feed(
                source,
                value.field("topics").map(Kafka::topics).orElse(List.of()),
                value.field("pattern").map(Kafka::pattern).orElse(null),
                value.field("group").map(YamlValue::text).orElse("qorrelate-" + source.id()),
                value.field("start").map(word -> oneOf(word, STARTS)).orElse("earliest"),
                tls,
                sasl,
                JsonMapping.parse(files.mapping(value.required("mapping")), Feed.VARIABLES),
                by);
    }

    private static boolean areServers(String list) {
        for (String server : list.split(",", -1)) {
            Matcher parts = SERVER.matcher(server);
            if (!parts.matches() || Integer.parseInt(parts.group(1)) > MAX_PORT) {
                return false;
            }
        }
        return true;
    }

    private static void check(Source source, YamlValue value, boolean tls, @Nullable String sasl) {
        boolean user = source.credentials().get(USERNAME) != null;
        boolean password = source.credentials().get(PASSWORD) != null;
        if (!tls && !source.credentials().secrets().isEmpty()) {
            throw value.errorAt(
                    "credentials", "credentials are only sent over TLS; a source with credentials has 'tls: true'");
        }
        if (sasl != null && !(user && password)) {
            throw value.errorAt("sasl", "'sasl' needs 'username' and 'password' in the credentials");
        }
        if (sasl == null && (user || password)) {
            throw value.errorAt(
                    "credentials",
                    "'username' and 'password' are for SASL; name its mechanism in 'sasl', one of "
                            + String.join(", ", MECHANISMS));
        }
    }

    private static List<String> topics(YamlValue value) {
        List<String> topics = new ArrayList<>();
        for (YamlValue topic : value.itemsOrSelf()) {
            if (!TOPIC.matcher(topic.text()).matches()) {
                throw topic.error("'" + topic.text()
                        + "' is no name of a topic: up to 249 letters, digits and . _ -; a regular expression is given"
                        + " as 'pattern'");
            }
            topics.add(topic.text());
        }
        if (topics.isEmpty()) {
            throw value.error("'topics' names no topic");
        }
        return List.copyOf(topics);
    }

    private static String pattern(YamlValue value) {
        if (value.text().length() > MAX_PATTERN_CHARS) {
            throw value.error("a pattern has at most " + MAX_PATTERN_CHARS + " characters, this one has "
                    + value.text().length());
        }
        try {
            return Pattern.compile(value.text()).pattern();
        } catch (PatternSyntaxException e) {
            throw value.error("not a regular expression: " + e.getDescription());
        }
    }

    private static String oneOf(YamlValue value, List<String> words) {
        if (!words.contains(value.text())) {
            throw value.error("expected one of " + String.join(", ", words) + ", found '" + value.text() + "'"
                    + YamlValue.suggestion(value.text(), words));
        }
        return value.text();
    }
}
