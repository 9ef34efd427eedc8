package io.qorrelate.collectors.gnmi;

import com.github.gnmi.proto.SubscribeRequest;
import com.github.gnmi.proto.SubscriptionList;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NegotiationType;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2SecurityUtil;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNames;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.grpc.protobuf.ProtoUtils;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.Delivery;
import io.qorrelate.collectors.source.ListeningCollector;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Refusals;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.AuthFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One device's Subscribe, on a connection of its own. */
final class Stream {
    /** A response is a few KiB; a first one, of a whole tree, a few hundred. */
    private static final int MAX_RESPONSE_BYTES = 1 << 20;

    /** Responses that a device may be ahead of Kafka; then its own protocol makes it wait. */
    private static final int WINDOW = 64;

    /** Servers of gRPC hold pings that come more often for an attack. */
    private static final long PING_MINUTES = 6;

    /** So many samples that do not come are an end of the stream that nobody told of. */
    private static final int MISSED_SAMPLES = 3;

    private static final Duration LEAST_PATIENCE = Duration.ofSeconds(30);

    /** The longest time for one look at whether to go on. */
    private static final Duration TICK = Duration.ofMillis(500);

    /** Responses come as they are: one that cannot be read goes to the dead letters and does not end the stream. */
    private static final MethodDescriptor.Marshaller<byte[]> BODY = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] body) {
            return new ByteArrayInputStream(body);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw Status.CANCELLED.withCause(e).asRuntimeException();
            }
        }
    };

    private static final MethodDescriptor<SubscribeRequest, byte[]> SUBSCRIBE =
            MethodDescriptor.<SubscribeRequest, byte[]>newBuilder()
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName(MethodDescriptor.generateFullMethodName("gnmi.gNMI", "Subscribe"))
                    .setRequestMarshaller(ProtoUtils.marshaller(SubscribeRequest.getDefaultInstance()))
                    .setResponseMarshaller(BODY)
                    .build();

    /** What the network's thread hands to the one that reads. */
    private sealed interface Heard {
        @SuppressWarnings("ArrayRecordComponent") // never compared, only handed on
        record Response(byte[] bytes) implements Heard {}

        record Closed(Status status) implements Heard {}
    }

    private final Device device;
    private final AtomicReference<@Nullable ClientCall<SubscribeRequest, byte[]>> running = new AtomicReference<>();
    private volatile boolean stopping;

    Stream(Device device) {
        this.device = device;
    }

    /** Ends {@link #listen}. */
    void hangUp() {
        stopping = true;
        ClientCall<SubscribeRequest, byte[]> call = running.get();
        if (call != null) {
            call.cancel("the collector stops", null);
        }
    }

    /** Subscribes, and brings what the device tells to Kafka until it tells no more. */
    Poll.Trouble listen(ListeningCollector.Listener listener, EventIntake intake, InstantSource clock)
            throws IOException, InterruptedException {
        Notifications notifications = new Notifications(device.source(), device.mapping(), intake);
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        TlsIdentity identity = identity();
        ManagedChannel channel = channel(identity);
        try {
            ClientCall<SubscribeRequest, byte[]> call = subscribe(channel, heard, SubscriptionList.Mode.STREAM);
            boolean connected = false;
            Duration patience = patience();
            long lastHeard = System.nanoTime();
            while (!stopping) {
                List<Heard> batch = take(heard);
                if (batch.isEmpty()) {
                    if (!patience.isZero() && System.nanoTime() - lastHeard > patience.toNanos()) {
                        return trouble("timeout", "has told nothing for " + patience.toSeconds() + " s");
                    }
                    continue;
                }
                if (!connected && batch.getFirst() instanceof Heard.Response) {
                    connected = true;
                    listener.connected();
                }
                List<Delivery.Told> told = new ArrayList<>();
                int responses = 0;
                Status closed = null;
                for (Heard each : batch) {
                    switch (each) {
                        case Heard.Response response -> {
                            responses++;
                            Notifications.Told found = notifications.read(response.bytes(), clock.instant());
                            found.dropped().forEach(listener::dropped);
                            found.intakes()
                                    .forEach(one -> told.add(new Delivery.Told(
                                            one, device.source().target())));
                        }
                        case Heard.Closed end -> closed = end.status();
                    }
                }
                if (responses > 0) {
                    listener.heard();
                }
                listener.bring(told);
                // After Kafka had its time: a device that is made to wait is not silent.
                lastHeard = System.nanoTime();
                if (closed != null) {
                    StreamEnd end = new StreamEnd(device, closed, us(identity));
                    listener.bring(end.disbelief(refusals(intake, clock)).stream()
                            .map(one -> new Delivery.Told(one, device.source().target()))
                            .toList());
                    return end.trouble();
                }
                call.request(responses);
            }
            return trouble("stopped", "the collector stops");
        } finally {
            running.set(null);
            channel.shutdownNow();
        }
    }

    /** Asks for all that is there, once. */
    Poll once(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        Notifications notifications = new Notifications(device.source(), device.mapping(), intake);
        BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        List<Intake> intakes = new ArrayList<>();
        TlsIdentity identity = identity();
        ManagedChannel channel = channel(identity);
        try {
            ClientCall<SubscribeRequest, byte[]> call = subscribe(channel, heard, SubscriptionList.Mode.ONCE);
            long deadline = System.nanoTime() + device.source().timeout().toNanos();
            while (System.nanoTime() < deadline) {
                for (Heard each : take(heard)) {
                    switch (each) {
                        case Heard.Response response -> {
                            Notifications.Told told = notifications.read(response.bytes(), clock.instant());
                            intakes.addAll(told.intakes());
                            if (told.synchronised()) {
                                return new Poll(intakes, null);
                            }
                            call.request(1);
                        }
                        case Heard.Closed closed -> {
                            StreamEnd end = new StreamEnd(device, closed.status(), us(identity));
                            intakes.addAll(end.disbelief(refusals(intake, clock)));
                            return new Poll(intakes, closed.status().isOk() ? null : end.trouble());
                        }
                    }
                }
            }
            return new Poll(
                    intakes,
                    trouble(
                            "timeout",
                            "has not told all within "
                                    + device.source().timeout().toMillis() + " ms"));
        } finally {
            running.set(null);
            channel.shutdownNow();
        }
    }

    private static List<Heard> take(BlockingQueue<Heard> heard) throws InterruptedException {
        Heard first = heard.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (first == null) {
            return List.of();
        }
        List<Heard> batch = new ArrayList<>();
        batch.add(first);
        heard.drainTo(batch);
        return batch;
    }

    private Duration patience() {
        Duration sample = device.shortestSample();
        if (sample.isZero()) {
            return Duration.ZERO;
        }
        Duration missed =
                sample.multipliedBy(MISSED_SAMPLES).plus(device.source().timeout());
        return missed.compareTo(LEAST_PATIENCE) > 0 ? missed : LEAST_PATIENCE;
    }

    private ClientCall<SubscribeRequest, byte[]> subscribe(
            ManagedChannel channel, BlockingQueue<Heard> heard, SubscriptionList.Mode mode) throws NoCredentials {
        ClientCall<SubscribeRequest, byte[]> call = channel.newCall(SUBSCRIBE, CallOptions.DEFAULT);
        running.set(call);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onMessage(byte[] message) {
                        heard.add(new Heard.Response(message));
                    }

                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        heard.add(new Heard.Closed(status));
                    }
                },
                metadata());
        call.sendMessage(device.request(mode));
        if (mode == SubscriptionList.Mode.ONCE) {
            call.halfClose();
        }
        call.request(WINDOW);
        return call;
    }

    /** gNMI's authentication: name and password beside each call. */
    private Metadata metadata() throws NoCredentials {
        Metadata metadata = new Metadata();
        Credentials credentials = device.source().credentials();
        for (String name : List.of(Gnmi.USERNAME, Gnmi.PASSWORD)) {
            Secret secret = credentials.get(name);
            if (secret != null) {
                String text = secret.revealText();
                if (!text.chars().allMatch(letter -> letter >= ' ' && letter < 0x7f)) {
                    throw new NoCredentials("'" + name + "' (" + secret + ") holds what a header may not: only"
                            + " printable ASCII can be sent");
                }
                metadata.put(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER), text);
            }
        }
        return metadata;
    }

    /** Null without TLS. */
    private @Nullable TlsIdentity identity() throws IOException {
        return device.tls() ? TlsIdentity.of(device.source().credentials()) : null;
    }

    /** Who we say we are; null where we do not. */
    private @Nullable String us(@Nullable TlsIdentity identity) {
        String username = device.source().credentials().name(Gnmi.USERNAME);
        return username == null && identity != null ? identity.subject() : username;
    }

    private Refusals refusals(EventIntake intake, InstantSource clock) {
        return new Refusals(device.source(), AuthFailure.Plane.MANAGEMENT, intake, clock);
    }

    private ManagedChannel channel(@Nullable TlsIdentity identity) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(device.host(), device.port())
                .maxInboundMessageSize(MAX_RESPONSE_BYTES)
                .keepAliveTime(PING_MINUTES, TimeUnit.MINUTES)
                .keepAliveTimeout(device.source().timeout().toMillis(), TimeUnit.MILLISECONDS)
                .disableRetry();
        if (identity == null) {
            return builder.usePlaintext().build();
        }
        if (!device.serverName().isEmpty()) {
            builder.overrideAuthority(device.serverName());
        }
        return builder.negotiationType(NegotiationType.TLS)
                .sslContext(tls(identity))
                .build();
    }

    private static SslContext tls(TlsIdentity identity) {
        return new JdkSslContext(
                identity.context(),
                true,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2),
                ClientAuth.NONE,
                new String[] {"TLSv1.3", "TLSv1.2"},
                false);
    }

    private Poll.Trouble trouble(String reason, String what) {
        return new Poll.Trouble(reason, device.source().target() + ": " + what);
    }
}
