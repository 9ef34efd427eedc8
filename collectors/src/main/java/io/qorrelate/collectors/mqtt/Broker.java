package io.qorrelate.collectors.mqtt;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.lifecycle.MqttClientDisconnectedListener;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5SimpleAuth;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.ConnectedCollector;
import io.qorrelate.collectors.source.Placement;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.TelemetryJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A broker to subscribe to.
 *
 * @param tls whether over TLS
 * @param user for a login by password; null without one
 * @param clientId under which the broker keeps the session
 * @param sessionExpirySeconds how long it keeps it without us
 * @param receiveMaximum messages that it sends us ahead of our acknowledgement
 */
record Broker(
        Source source,
        String host,
        int port,
        boolean tls,
        @Nullable String user,
        String clientId,
        long sessionExpirySeconds,
        int receiveMaximum,
        List<Subscription> subscriptions)
        implements ConfiguredSource {
    /** As for an event: what is longer, the broker is told not to send. */
    static final int MAX_PAYLOAD_BYTES = TelemetryJson.MAX_EVENT_BYTES;

    /** Topic (at most 64 KiB) and properties of a message. */
    private static final int HEADER_BYTES = 128 << 10;

    /** A network that lost us without a word is noticed within one and a half of it. */
    private static final int KEEP_ALIVE_SECONDS = 30;

    private static final String LINK = TopicPattern.PREFIX + "link";

    private static final String NODE = TopicPattern.PREFIX + "node";

    @Override
    public Collector open(SourceContext context) {
        AtomicInteger window = new AtomicInteger(receiveMaximum);
        return ConnectedCollector.start(source, context, () -> BrokerConnection.open(this, context, window));
    }

    /** Lines of {@code mosquitto_sub -v}, a topic and its payload each; or one payload, taken for one of the first topic. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        if (payload.length > 0 && payload[0] == '{') {
            return read(subscriptions.getFirst(), Map.of(), "", payload, intake, received);
        }
        List<Intake> intakes = new ArrayList<>();
        int begin = 0;
        while (begin < payload.length) {
            int end = begin;
            while (end < payload.length && payload[end] != '\n') {
                end++;
            }
            int space = begin;
            while (space < end && payload[space] != ' ') {
                space++;
            }
            String topic = new String(payload, begin, space - begin, StandardCharsets.UTF_8);
            byte[] said = Arrays.copyOfRange(payload, Math.min(space + 1, end), end);
            List<Intake> found = read(new Message(topic, said, received), intake);
            if (found != null) {
                intakes.addAll(found);
            }
            begin = end + 1;
        }
        return intakes;
    }

    /** The events of a message; null where nothing is to be looked for in it. */
    @Nullable
    List<Intake> read(Message message, EventIntake intake) {
        if (message.payload().length == 0) {
            // How a retained message is taken back.
            return null;
        }
        for (Subscription subscription : subscriptions) {
            Map<String, String> levels = subscription.topics().match(message.topic());
            if (levels != null) {
                return read(subscription, levels, message.topic(), message.payload(), intake, message.received());
            }
        }
        return null;
    }

    private List<Intake> read(
            Subscription subscription,
            Map<String, String> levels,
            String topic,
            byte[] payload,
            EventIntake intake,
            Instant received) {
        if (subscription.mapping() == null) {
            return List.of(intake.read(payload, 0, payload.length));
        }
        Placement placement = source.placement();
        Defaults defaults = new Defaults(
                received,
                placement.linkOf(levels.getOrDefault(LINK, topic)),
                placement.nodeOf(levels.getOrDefault(NODE, topic)),
                source.id());
        try {
            return subscription.mapping().read(payload, levels, defaults, intake);
        } catch (RuntimeException | Error e) {
            return List.of(Fault.rejected(payload, e));
        }
    }

    /** Listens for as long as the source's time-out, beside the session that a running collector has. */
    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        return BrokerConnection.listenFor(this, intake, clock, source.timeout());
    }

    /**
     * The library's client.
     *
     * @param id of the client
     * @param ended told when the connection ends, or does not come about
     */
    Mqtt5AsyncClient client(String id, TlsIdentity identity, MqttClientDisconnectedListener ended) {
        Duration patience = source.timeout();
        Mqtt5ClientBuilder builder = MqttClient.builder()
                .useMqttVersion5()
                .identifier(id)
                .addDisconnectedListener(ended)
                .transportConfig()
                .serverHost(host)
                .serverPort(port)
                .socketConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .mqttConnectTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .sslConfig(tls ? ssl(identity, patience) : null)
                .applyTransportConfig();
        return builder.buildAsync();
    }

    private static MqttClientSslConfig ssl(TlsIdentity identity, Duration patience) {
        // Without a verifier of our own the library has the platform hold the certificate against the host's name.
        return MqttClientSslConfig.builder()
                .keyManagerFactory(identity.keys())
                .trustManagerFactory(identity.trusted())
                .handshakeTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .build();
    }

    /**
     * What opens the connection.
     *
     * @param lasting whether the broker is to keep the session while we are away
     * @param window messages that it may send ahead of our acknowledgement
     */
    Mqtt5Connect connect(boolean lasting, int window) throws IOException {
        Secret password = source.credentials().get(Mqtt.PASSWORD);
        Mqtt5SimpleAuth login = user == null || password == null
                ? null
                : Mqtt5SimpleAuth.builder()
                        .username(user)
                        .password(password.revealText().getBytes(StandardCharsets.UTF_8))
                        .build();
        return Mqtt5Connect.builder()
                .cleanStart(!lasting)
                .sessionExpiryInterval(lasting ? sessionExpirySeconds : 0)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .simpleAuth(login)
                .restrictions()
                .receiveMaximum(window)
                .maximumPacketSize(MAX_PAYLOAD_BYTES + HEADER_BYTES)
                .applyRestrictions()
                .build();
    }

    /**
     * What is subscribed to, at least once (QoS 1).
     *
     * @param shared whether shared subscriptions are asked for as such
     */
    Mqtt5Subscribe subscribe(boolean shared) {
        return Mqtt5Subscribe.builder()
                .addSubscriptions(subscriptions.stream()
                        .map(each -> Mqtt5Subscription.builder()
                                .topicFilter(each.topics().filter(shared))
                                .qos(MqttQos.AT_LEAST_ONCE)
                                .build())
                        .toList())
                .build();
    }
}
