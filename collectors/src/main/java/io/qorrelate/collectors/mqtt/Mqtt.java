package io.qorrelate.collectors.mqtt;

import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Sources of type {@code mqtt}: brokers that are subscribed to. */
public final class Mqtt implements SourceType {
    static final String PASSWORD = "password";

    private static final int PORT = 1_883;

    private static final int TLS_PORT = 8_883;

    private static final int LAST_PORT = 65_535;

    private static final Duration SILENT_AFTER = Duration.ofMinutes(10);

    /** A weekend: what was said meanwhile waits at the broker, if it keeps that much. */
    private static final long DEFAULT_SESSION_EXPIRY_SECONDS = 259_200;

    /** MQTT 5, clause 3.1.2.11.2: this value is «never». */
    private static final long MOST_SESSION_EXPIRY_SECONDS = 0xFFFF_FFFEL;

    private static final int DEFAULT_RECEIVE_MAXIMUM = 100;

    /** Each may have a payload of {@link Broker#MAX_PAYLOAD_BYTES}. */
    private static final int MOST_RECEIVE_MAXIMUM = 1_000;

    @Override
    public String name() {
        return "mqtt";
    }

    @Override
    public List<String> fields() {
        return List.of("topics", "mapping", "user", "client_id", "session_expiry_s", "receive_maximum");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
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
        URI uri = target(target);
        boolean tls = "mqtts".equals(uri.getScheme());
        if (!tls && !source.credentials().secrets().isEmpty()) {
            throw target.error(
                    "credentials would be sent in the clear; a target with credentials begins with mqtts://");
        }
        String user = value.field("user").map(YamlValue::text).orElse(null);
        if ((user == null) != (source.credentials().get(PASSWORD) == null)) {
            throw value.error("'user' and the credential '" + PASSWORD + "' go together; one of them is missing");
        }
        List<Subscription> subscriptions = new ArrayList<>();
        for (YamlValue topic : value.required("topics").itemsOrSelf()) {
            subscriptions.add(subscription(topic, value, files));
        }
        if (subscriptions.isEmpty()) {
            throw value.errorAt("topics", "there is nothing to subscribe to");
        }
        return new Broker(
                source,
                uri.getHost(),
                uri.getPort() < 0 ? (tls ? TLS_PORT : PORT) : uri.getPort(),
                tls,
                user,
                value.field("client_id").map(Mqtt::clientId).orElse("qorrelate-" + source.id()),
                bounded(value, "session_expiry_s", DEFAULT_SESSION_EXPIRY_SECONDS, 0, MOST_SESSION_EXPIRY_SECONDS),
                (int) bounded(value, "receive_maximum", DEFAULT_RECEIVE_MAXIMUM, 1, MOST_RECEIVE_MAXIMUM),
                List.copyOf(subscriptions));
    }

    private static Subscription subscription(YamlValue topic, YamlValue source, ReferredFiles files) {
        YamlValue filter = topic;
        YamlValue mapping = source.field("mapping").orElse(null);
        if (topic.isMapping()) {
            topic.rejectUnknown(List.of("topic", "mapping"), "a topic");
            filter = topic.required("topic");
            mapping = topic.field("mapping").orElse(mapping);
        }
        TopicPattern pattern = TopicPattern.parse(filter);
        return new Subscription(
                pattern, mapping == null ? null : JsonMapping.parse(files.mapping(mapping), pattern.names()));
    }

    private static URI target(YamlValue value) {
        String wanted = "a broker's target is mqtts://HOST:PORT, or mqtt://HOST:PORT without TLS, such as"
                + " mqtts://broker.example:8883";
        URI uri;
        try {
            uri = new URI(value.text());
        } catch (URISyntaxException e) {
            throw value.error(wanted);
        }
        boolean known = "mqtt".equals(uri.getScheme()) || "mqtts".equals(uri.getScheme());
        boolean bare = uri.getPath() == null || uri.getPath().isEmpty();
        if (!known || !bare || uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > LAST_PORT) {
            throw value.error(wanted);
        }
        if (uri.getUserInfo() != null) {
            throw value.error("a target holds no password; give 'user' and the credential '" + PASSWORD + "'");
        }
        return uri;
    }

    private static String clientId(YamlValue value) {
        int bytes = value.text().getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > LAST_PORT) {
            throw value.error("a client's id has 1 to 65535 bytes");
        }
        return value.text();
    }

    private static long bounded(YamlValue value, String field, long otherwise, long least, long most) {
        YamlValue given = value.field(field).orElse(null);
        if (given == null) {
            return otherwise;
        }
        long number = given.integer();
        if (number < least || number > most) {
            throw given.error("'" + field + "' is " + least + ".." + most + ", was " + number);
        }
        return number;
    }
}
