package io.qorrelate.collectors.gnmi;

import com.github.gnmi.proto.SubscribeRequest;
import com.github.gnmi.proto.SubscribeResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.qorrelate.collectors.Certificates;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A device in a test's hands, made of gRPC's own server and the protocol's definition. */
final class Target implements AutoCloseable {
    private static final MethodDescriptor.Marshaller<byte[]> BYTES = new MethodDescriptor.Marshaller<>() {
        @Override
        public InputStream stream(byte[] body) {
            return new ByteArrayInputStream(body);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException();
        }
    };

    private static final Metadata.Key<String> USERNAME = Metadata.Key.of("username", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> PASSWORD = Metadata.Key.of("password", Metadata.ASCII_STRING_MARSHALLER);

    /** Subscriptions, as they came. */
    final BlockingQueue<SubscribeRequest> asked = new LinkedBlockingQueue<>();

    private final List<StreamObserver<byte[]>> streams = new CopyOnWriteArrayList<>();
    private final Server server;
    private volatile @Nullable String password;
    private volatile List<String> atOnce = List.of();

    private Target(NettyServerBuilder builder) throws IOException {
        MethodDescriptor<SubscribeRequest, byte[]> subscribe = MethodDescriptor.<SubscribeRequest, byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                .setFullMethodName("gnmi.gNMI/Subscribe")
                .setRequestMarshaller(ProtoUtils.marshaller(SubscribeRequest.getDefaultInstance()))
                .setResponseMarshaller(BYTES)
                .build();
        server = builder.addService(ServerServiceDefinition.builder("gnmi.gNMI")
                        .addMethod(subscribe, ServerCalls.asyncBidiStreamingCall(this::subscribed))
                        .build())
                .intercept(new ServerInterceptor() {
                    @Override
                    public <Q, R> ServerCall.Listener<Q> interceptCall(
                            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                        String wanted = password;
                        if (wanted != null
                                && !(Objects.equals(headers.get(USERNAME), "monitor")
                                        && wanted.equals(headers.get(PASSWORD)))) {
                            call.close(Status.UNAUTHENTICATED.withDescription("who are you?"), new Metadata());
                            return new ServerCall.Listener<>() {};
                        }
                        return next.startCall(call, headers);
                    }
                })
                .build()
                .start();
    }

    static Target plain(int port) throws IOException {
        return new Target(NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    static Target overTls(Certificates authority, String alias, boolean mutual) throws IOException {
        TlsServerCredentials.Builder credentials = TlsServerCredentials.newBuilder()
                .keyManager(
                        authority.certificate(alias).toFile(),
                        authority.key(alias).toFile());
        if (mutual) {
            credentials
                    .trustManager(authority.authority().toFile())
                    .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE);
        }
        return new Target(NettyServerBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), credentials.build()));
    }

    int port() {
        return server.getPort();
    }

    /** Lets in who shows the password of {@code monitor}. */
    void guard(String secret) {
        password = secret;
    }

    /** What every subscriber is told first, as responses in JSON. */
    void knows(String... responses) {
        atOnce = List.of(responses);
    }

    private StreamObserver<SubscribeRequest> subscribed(StreamObserver<byte[]> answers) {
        return new StreamObserver<>() {
            @Override
            public void onNext(SubscribeRequest request) {
                atOnce.forEach(response -> answers.onNext(bytes(response)));
                answers.onNext(bytes("{\"syncResponse\":true}"));
                streams.add(answers);
                asked.add(request);
            }

            @Override
            public void onError(Throwable failure) {
                streams.remove(answers);
            }

            @Override
            public void onCompleted() {
                // A subscriber that asks once ends its side at once.
            }
        };
    }

    void tell(String response) {
        tell(bytes(response));
    }

    void tell(byte[] response) {
        streams.forEach(stream -> stream.onNext(response));
    }

    /** Breaks off every stream. */
    void breakOff(Status why) {
        streams.forEach(stream -> stream.onError(why.asException()));
        streams.clear();
    }

    static byte[] bytes(String response) {
        SubscribeResponse.Builder built = SubscribeResponse.newBuilder();
        try {
            JsonFormat.parser().merge(response, built);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException(e);
        }
        return built.build().toByteArray();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
