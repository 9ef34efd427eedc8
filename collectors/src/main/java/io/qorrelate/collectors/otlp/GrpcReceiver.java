package io.qorrelate.collectors.otlp;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import com.google.rpc.RetryInfo;
import io.grpc.Codec;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Decompressor;
import io.grpc.DecompressorRegistry;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.FragmentReader;
import io.qorrelate.collectors.PackedBody;
import io.qorrelate.collectors.source.ServerIdentity;
import io.qorrelate.collectors.source.SourceContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** OTLP/gRPC, listening: the services for metrics and logs. */
final class GrpcReceiver implements Collector {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcReceiver.class);

    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private static final Context.Key<String> PEER = Context.key("peer");

    /** A message's length has 32 bits. */
    private static final Pattern LENGTH = Pattern.compile(": (\\d{1,10})$");

    private static final int MAX_HEADER_BYTES = 8 << 10;

    private static final int MAX_CALLS_PER_CONNECTION = 16;

    private static final long IDLE_MINUTES = 10;

    private static final long DRAIN_SECONDS = 2;

    /** Half a minute unless the source says otherwise: a request of 4 MiB on a slow line takes longer than an answer. */
    private static final int TIMEOUTS_FOR_A_REQUEST = 6;

    /**
     * What a call brings.
     *
     * @param cut whether there was more of it than is held
     * @param unsound where it could not be unpacked
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared, only read
    private record Body(byte[] bytes, boolean cut, PackedBody.@Nullable Unsound unsound) {}

    /** Unpacks as gRPC's own codec does, and remembers what came. */
    private static final Decompressor GZIP = new Decompressor() {
        @Override
        public String getMessageEncoding() {
            return "gzip";
        }

        @Override
        public InputStream decompress(InputStream sent) {
            return new PackedBody(sent, OtlpPort.MAX_BODY_BYTES).unpacked();
        }
    };

    /** Bodies come as they are: one that cannot be read goes to the dead letters, which gRPC's own reading would not let it. */
    private static final MethodDescriptor.Marshaller<Body> BODY = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(Body body) {
            return new ByteArrayInputStream(body.bytes());
        }

        @Override
        public Body parse(InputStream stream) {
            try {
                byte[] bytes = stream.readNBytes(FragmentReader.MAX_HELD_BYTES);
                return new Body(bytes, bytes.length == FragmentReader.MAX_HELD_BYTES && hasMore(stream), null);
            } catch (PackedBody.Unsound e) {
                return new Body(new byte[0], false, e);
            } catch (IOException e) {
                throw Status.CANCELLED.withCause(e).asRuntimeException();
            }
        }

        private boolean hasMore(InputStream stream) throws IOException {
            try {
                return stream.read() >= 0;
            } catch (StatusRuntimeException | PackedBody.Unsound e) {
                // The former is how gRPC says so of a body that is unpacked.
                return true;
            }
        }
    };

    private final OtlpPort port;
    private final Reception reception;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final ScheduledThreadPoolExecutor waiting =
            new ScheduledThreadPoolExecutor(1, Thread.ofVirtual().factory());
    private final Server server;
    private final CompletableFuture<Void> finished = new CompletableFuture<>();

    private GrpcReceiver(OtlpPort port, SourceContext context) throws IOException {
        this.port = port;
        reception = new Reception(port, context);
        waiting.setRemoveOnCancelPolicy(true);
        NettyServerBuilder builder = NettyServerBuilder.forAddress(new InetSocketAddress(port.host(), port.port()))
                .executor(executor)
                // More than is taken, so that what is too large can be kept; of what is larger still gRPC reads
                // nothing, and no more is left than that it came.
                .maxInboundMessageSize(FragmentReader.MAX_HELD_BYTES)
                .decompressorRegistry(
                        DecompressorRegistry.emptyInstance().with(GZIP, true).with(Codec.Identity.NONE, false))
                .addStreamTracerFactory(new ServerStreamTracer.Factory() {
                    @Override
                    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                        return new Unread();
                    }
                })
                .maxInboundMetadataSize(MAX_HEADER_BYTES)
                .maxConcurrentCallsPerConnection(MAX_CALLS_PER_CONNECTION)
                .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
                .handshakeTimeout(port.source().timeout().toMillis(), TimeUnit.MILLISECONDS)
                .intercept(new Admission());
        if (port.tls()) {
            ServerIdentity identity = new ServerIdentity(port.source());
            builder.protocolNegotiator(new GrpcHandshakes(
                    new GrpcTls(identity),
                    (peer, failure) -> reception.noHandshake(
                            peer, failure, identity.current().subject())));
        }
        for (Signal signal : Signal.values()) {
            builder.addService(service(signal));
        }
        server = builder.build();
    }

    static GrpcReceiver start(OtlpPort port, SourceContext context) throws IOException {
        GrpcReceiver receiver = new GrpcReceiver(port, context);
        try {
            receiver.server.start();
        } catch (IOException e) {
            receiver.close();
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(
                    "source " + port.source().id() + " cannot listen on "
                            + port.source().target() + ": " + cause.getMessage(),
                    e);
        }
        LOG.info("source {}: OTLP/gRPC listens on port {}", port.source().id(), receiver.port());
        return receiver;
    }

    /** The port it listens on. */
    int port() {
        return server.getPort();
    }

    @Override
    public String name() {
        return port.source().type();
    }

    @Override
    public CompletableFuture<Void> finished() {
        return finished;
    }

    /** Accepts no more calls, and gives those under way two seconds. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(DRAIN_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        executor.shutdownNow();
        waiting.shutdownNow();
        reception.close();
        finished.complete(null);
    }

    private ServerServiceDefinition service(Signal signal) {
        MethodDescriptor<Body, Message> export = MethodDescriptor.<Body, Message>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(signal.service(), "Export"))
                .setRequestMarshaller(BODY)
                .setResponseMarshaller(ProtoUtils.marshaller(signal.response(0, "")))
                .build();
        return ServerInterceptors.intercept(ServerServiceDefinition.builder(signal.service())
                .addMethod(export, ServerCalls.asyncUnaryCall((body, answer) -> export(signal, body, answer)))
                .build());
    }

    private void export(Signal signal, Body body, StreamObserver<Message> answer) {
        try {
            switch (outcome(signal, body)) {
                case Reception.Outcome.Done done -> {
                    answer.onNext(done.response());
                    answer.onCompleted();
                }
                case Reception.Outcome.Malformed malformed ->
                    answer.onError(Status.INVALID_ARGUMENT
                            .withDescription(malformed.why())
                            .asException());
                case Reception.Outcome.TooLarge tooLarge ->
                    answer.onError(Status.RESOURCE_EXHAUSTED
                            .withDescription(tooLarge.why())
                            .asException());
                case Reception.Outcome.Later later -> answer.onError(unavailable(later));
            }
        } catch (InterruptedException e) {
            answer.onError(Status.UNAVAILABLE
                    .withDescription("the collector is stopping")
                    .asException());
            Thread.currentThread().interrupt();
        }
    }

    private Reception.Outcome outcome(Signal signal, Body body) throws InterruptedException {
        PackedBody.Unsound unsound = body.unsound();
        if (unsound != null) {
            return reception.keepUnsound(unsound, PEER.get());
        }
        byte[] bytes = body.bytes();
        if (bytes.length <= OtlpPort.MAX_BODY_BYTES) {
            return reception.take(signal, Encoding.PROTOBUF, bytes, PEER.get());
        }
        // How much more a cut one would have been unpacked to nobody looked for.
        long totalBytes = bytes.length + (body.cut() ? 1L : 0);
        return reception.keep(bytes, InputStream.nullInputStream(), totalBytes, PEER.get());
    }

    /** OTLP's specification: what is to be sent again is told so by {@code RetryInfo}. */
    private static StatusException unavailable(Reception.Outcome.Later later) {
        return StatusProto.toStatusException(com.google.rpc.Status.newBuilder()
                .setCode(Code.UNAVAILABLE_VALUE)
                .setMessage(later.why())
                .addDetails(Any.pack(RetryInfo.newBuilder()
                        .setRetryDelay(Durations.fromMillis(later.after().toMillis()))
                        .build()))
                .build());
    }

    /** Sees to what gRPC reads nothing of: it ends the call at the message's head, and tells nobody else. */
    private final class Unread extends ServerStreamTracer {
        private volatile String peer = "";
        private volatile boolean read;

        @Override
        public void serverCallStarted(ServerCallInfo<?, ?> call) {
            peer = OtlpPort.peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
        }

        @Override
        public void inboundMessageRead(int number, long wireBytes, long bytes) {
            read = true;
        }

        @Override
        public void streamClosed(Status status) {
            if (!read && status.getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                long totalBytes = told(String.valueOf(status.getDescription()));
                // The network's thread does not wait for Kafka.
                executor.execute(() -> reception.tellUnread(totalBytes, peer));
            }
        }

        /** The length in gRPC's words, of which it is the last; else no more than is known. */
        private static long told(String words) {
            Matcher length = LENGTH.matcher(words);
            return length.find() ? Long.parseLong(length.group(1)) : FragmentReader.MAX_HELD_BYTES + 1L;
        }
    }

    /** Lets in who may come, as long as there is room: before the request is read. */
    private final class Admission implements ServerInterceptor {
        @Override
        public <Q, R> ServerCall.Listener<Q> interceptCall(
                ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
            String peer = OtlpPort.peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            if (!reception.admits(headers.get(AUTHORIZATION), peer, session)) {
                call.close(
                        Status.UNAUTHENTICATED.withDescription("a bearer token is wanted, and this is not it"),
                        new Metadata());
                return new ServerCall.Listener<>() {};
            }
            Reception.Outcome.Later later = reception.refusal();
            later = later == null ? reception.enter() : later;
            if (later != null) {
                StatusException why = unavailable(later);
                Metadata trailers = why.getTrailers();
                call.close(why.getStatus(), trailers == null ? new Metadata() : trailers);
                return new ServerCall.Listener<>() {};
            }
            return new Leaving<>(
                    call, Contexts.interceptCall(Context.current().withValue(PEER, peer), call, headers, next));
        }
    }

    /**
     * Gives the place back when the call is over, however it ended; and ends it where its request does not come: who opens calls and says
     * nothing would keep the others out.
     */
    private final class Leaving<Q> extends ForwardingServerCallListener.SimpleForwardingServerCallListener<Q> {
        private final AtomicBoolean left = new AtomicBoolean();
        private final AtomicBoolean decided = new AtomicBoolean();
        private final Future<?> tooLate;

        Leaving(ServerCall<Q, ?> call, ServerCall.Listener<Q> next) {
            super(next);
            tooLate = waiting.schedule(
                    () -> {
                        if (decided.compareAndSet(false, true)) {
                            call.close(
                                    Status.DEADLINE_EXCEEDED.withDescription("the request did not come"),
                                    new Metadata());
                        }
                    },
                    port.source().timeout().toMillis() * TIMEOUTS_FOR_A_REQUEST,
                    TimeUnit.MILLISECONDS);
        }

        @Override
        public void onHalfClose() {
            if (decided.compareAndSet(false, true)) {
                super.onHalfClose();
            }
        }

        @Override
        public void onComplete() {
            leave();
            super.onComplete();
        }

        @Override
        public void onCancel() {
            leave();
            super.onCancel();
        }

        private void leave() {
            if (left.compareAndSet(false, true)) {
                var unused = tooLate.cancel(false);
                reception.leave();
            }
        }
    }
}
