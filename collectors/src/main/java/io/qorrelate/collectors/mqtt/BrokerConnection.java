package io.qorrelate.collectors.mqtt;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.lifecycle.MqttDisconnectSource;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.ConnectedCollector;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.collectors.source.TlsFailure;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session with a broker. What comes waits in an inbox of the size of the receive maximum; one reader brings it to Kafka and then
 * acknowledges it, so that a broker sends no more than we can bring away, and sends again what we did not.
 */
final class BrokerConnection implements ConnectedCollector.Connection {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerConnection.class);

    /** Whether a credential was rotated is looked at so often; MQTT holds connections for months. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

    /** Messages that a broker which does not keep to the receive maximum may send ahead. */
    private static final int MOST_AHEAD = 32_000;

    /** Messages of a trial. */
    private static final int MOST_OF_A_TRIAL = 1_000;

    private static final Set<Mqtt5ConnAckReasonCode> REFUSALS = Set.of(
            Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
            Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
            Mqtt5ConnAckReasonCode.BANNED,
            Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD,
            Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID);

    private final Broker broker;
    private final SourceContext context;
    private final Mqtt5AsyncClient client;
    private final String stamp;
    private final BlockingQueue<Mqtt5Publish> inbox;
    private final ExecutorService listening =
            Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
    private final CompletableFuture<Poll.Trouble> end;
    private final Delivery delivery;
    private final Thread reader;

    private BrokerConnection(
            Broker broker,
            SourceContext context,
            Mqtt5AsyncClient client,
            String stamp,
            int window,
            CompletableFuture<Poll.Trouble> end) {
        this.broker = broker;
        this.context = context;
        this.client = client;
        this.stamp = stamp;
        this.end = end;
        inbox = new ArrayBlockingQueue<>(window);
        delivery = new Delivery(broker.source(), context);
        reader = Thread.ofVirtual().name("mqtt-" + broker.source().id()).unstarted(this::read);
    }

    /**
     * Connects and subscribes.
     *
     * @param window receive maximum; doubled where the broker does not keep to it. Some (Mosquitto 2.0.11 is one) send all that waited
     *     in a session at once when it is taken up again, which the library answers by breaking off, time and again
     */
    static BrokerConnection open(Broker broker, SourceContext context, AtomicInteger window)
            throws ConnectedCollector.Refused, IOException, InterruptedException {
        String stamp = broker.source().credentials().stamp();
        TlsIdentity identity = TlsIdentity.of(broker.source().credentials());
        CompletableFuture<Poll.Trouble> end = new CompletableFuture<>();
        Mqtt5AsyncClient client = broker.client(broker.clientId(), identity, ended -> {
            if (isBeyondReceiveMaximum(ended.getCause())) {
                window.updateAndGet(before -> Math.min(2 * before, MOST_AHEAD));
            }
            var unused = end.complete(trouble(broker, ended.getSource(), ended.getCause()));
        });
        BrokerConnection connection = new BrokerConnection(broker, context, client, stamp, window.get(), end);
        boolean complete = false;
        try {
            // Before the connection is there: a session that the broker kept begins to speak at once.
            client.publishes(MqttGlobalPublishFilter.ALL, connection::take, connection.listening, true);
            establish(
                    broker,
                    client,
                    true,
                    window.get(),
                    identity,
                    refusals(
                            broker,
                            context.collectors().intake(),
                            context.collectors().clock()));
            connection.reader.start();
            complete = true;
            return connection;
        } finally {
            if (!complete) {
                connection.close();
            }
        }
    }

    /** What the broker says while it is listened to, without a session that it keeps. */
    static Poll listenFor(Broker broker, EventIntake intake, InstantSource clock, Duration time)
            throws IOException, InterruptedException {
        TlsIdentity identity = TlsIdentity.of(broker.source().credentials());
        Mqtt5AsyncClient client = broker.client(broker.clientId() + "-trial", identity, ended -> {});
        BlockingQueue<Mqtt5Publish> heard = new ArrayBlockingQueue<>(MOST_OF_A_TRIAL);
        client.publishes(MqttGlobalPublishFilter.ALL, message -> {
            // What there is no room for is more than anybody reads.
            var unused = heard.offer(message);
        });
        try {
            establish(broker, client, false, broker.receiveMaximum(), identity, refusals(broker, intake, clock));
            Thread.sleep(time);
        } catch (ConnectedCollector.Refused e) {
            return e.poll();
        } finally {
            if (client.getState().isConnected()) {
                var unused = client.disconnect();
            }
        }
        List<Intake> intakes = new ArrayList<>();
        for (Mqtt5Publish publish : heard) {
            List<Intake> events = broker.read(
                    new Message(publish.getTopic().toString(), publish.getPayloadAsBytes(), clock.instant()), intake);
            if (events != null) {
                intakes.addAll(events);
            }
        }
        return new Poll(
                intakes,
                intakes.isEmpty()
                        ? new Poll.Trouble(
                                "silent",
                                said(broker, "lets us in, and nobody said anything in " + time.toMillis() + " ms"))
                        : null);
    }

    private static boolean isBeyondReceiveMaximum(Throwable cause) {
        return cause instanceof Mqtt5DisconnectException said
                && said.getMqttMessage().getReasonCode() == Mqtt5DisconnectReasonCode.RECEIVE_MAXIMUM_EXCEEDED;
    }

    private static Poll.Trouble trouble(Broker broker, MqttDisconnectSource by, Throwable cause) {
        String words = cause instanceof Mqtt5DisconnectException said
                ? word(said.getMqttMessage().getReasonCode())
                : innermost(cause);
        return new Poll.Trouble(
                "disconnected",
                said(
                        broker,
                        (by == MqttDisconnectSource.SERVER ? "ended the connection: " : "the connection ended: ")
                                + words));
    }

    private static Refusals refusals(Broker broker, EventIntake intake, InstantSource clock) {
        return new Refusals(broker.source(), AuthFailure.Plane.MANAGEMENT, intake, clock);
    }

    private static void establish(
            Broker broker,
            Mqtt5AsyncClient client,
            boolean lasting,
            int window,
            TlsIdentity identity,
            Refusals refusals)
            throws ConnectedCollector.Refused, IOException, InterruptedException {
        try {
            await(broker, client.connect(broker.connect(lasting, window)));
            await(broker, client.subscribe(broker.subscribe(lasting)));
        } catch (ExecutionException e) {
            throw failure(broker, e.getCause(), identity, refusals);
        }
    }

    private static void await(Broker broker, CompletableFuture<?> answer)
            throws IOException, InterruptedException, ExecutionException {
        Duration patience = broker.source().timeout();
        try {
            // The library has time-outs of its own for each step; this one is for all of them.
            var unused = answer.get(patience.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException(said(broker, "does not answer within " + patience.toMillis() + " ms"), e);
        }
    }

    /** Why there is no connection, as what the broker's refusing us is, or in words. */
    private static IOException failure(
            Broker broker, @Nullable Throwable failure, TlsIdentity identity, Refusals refusals)
            throws ConnectedCollector.Refused {
        String login = broker.user() == null ? identity.subject() : broker.user();
        if (failure instanceof Mqtt5ConnAckException refused
                && REFUSALS.contains(refused.getMqttMessage().getReasonCode())) {
            Mqtt5ConnAckReasonCode code = refused.getMqttMessage().getReasonCode();
            AuthFailure.Reason reason = code == Mqtt5ConnAckReasonCode.BANNED
                    ? AuthFailure.Reason.UNKNOWN_PRINCIPAL
                    : AuthFailure.Reason.BAD_CREDENTIALS;
            throw refused(broker, "unauthorized", reason, login, true, word(code), refusals);
        }
        if (failure instanceof Mqtt5SubAckException refused) {
            String words = "refuses a subscription ("
                    + String.join(
                            ", ",
                            refused.getMqttMessage().getReasonCodes().stream()
                                    .map(BrokerConnection::word)
                                    .toList())
                    + ")";
            throw refused(broker, "unauthorized", AuthFailure.Reason.UNKNOWN_PRINCIPAL, login, true, words, refusals);
        }
        TlsFailure tls = TlsFailure.of(failure);
        if (tls != null) {
            throw refused(
                    broker,
                    "tls",
                    tls.reason(),
                    tls.byUs() ? broker.host() : login,
                    !tls.byUs(),
                    tls.detail(),
                    refusals);
        }
        return new IOException(said(broker, "cannot be connected to: " + innermost(failure)), failure);
    }

    private static String innermost(@Nullable Throwable failure) {
        String words = "no reason is known";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            words = cause.getMessage() == null ? words : cause.getMessage();
        }
        return Refusals.shortened(words);
    }

    private static ConnectedCollector.Refused refused(
            Broker broker,
            String outcome,
            AuthFailure.Reason reason,
            @Nullable String principal,
            boolean byBroker,
            String message,
            Refusals refusals) {
        String node = broker.source().placement().node();
        return new ConnectedCollector.Refused(new Poll(
                List.of(refusals.at(
                        refusals.clock().instant(),
                        node == null ? broker.host() : node,
                        reason,
                        principal,
                        byBroker,
                        broker.host(),
                        1,
                        message)),
                new Poll.Trouble(outcome, said(broker, Refusals.shortened(message)))));
    }

    private static String word(Enum<?> code) {
        return code.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String said(Broker broker, String what) {
        return broker.source().target() + ": " + what;
    }

    /** Waits for room: the broker sends no more than it may ahead of our acknowledgement. */
    private void take(Mqtt5Publish message) {
        try {
            inbox.put(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try {
            while (true) {
                List<Mqtt5Publish> batch = new ArrayList<>();
                batch.add(inbox.take());
                var unused = inbox.drainTo(batch);
                bring(batch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void bring(List<Mqtt5Publish> batch) throws InterruptedException {
        List<Delivery.Told> found = new ArrayList<>();
        for (Mqtt5Publish publish : batch) {
            context.health().heard();
            Message message = new Message(
                    publish.getTopic().toString(),
                    publish.getPayloadAsBytes(),
                    context.collectors().clock().instant());
            List<Intake> events = broker.read(message, context.collectors().intake());
            if (events == null) {
                context.health().dropped("empty_or_unasked");
            } else {
                events.forEach(event -> found.add(new Delivery.Told(event, message.topic())));
            }
        }
        delivery.untilAcknowledged(found);
        batch.forEach(Mqtt5Publish::acknowledge);
    }

    @Override
    public Poll.Trouble awaitEnd() throws InterruptedException {
        while (true) {
            try {
                return end.get(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (!client.getState().isConnected()) {
                    return new Poll.Trouble("disconnected", said(broker, "the connection ended"));
                }
                if (!broker.source().credentials().stamp().equals(stamp)) {
                    return new Poll.Trouble("rotated", said(broker, "a credential was rotated; connecting anew"));
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
        }
    }

    /** Reads nothing more; what is not acknowledged the broker sends again. */
    @Override
    public void close() {
        reader.interrupt();
        listening.shutdownNow();
        try {
            if (client.getState().isConnectedOrReconnect()) {
                var unused = client.disconnect().get(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("disconnecting", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
