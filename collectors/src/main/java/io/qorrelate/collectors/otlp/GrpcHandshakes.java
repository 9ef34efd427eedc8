package io.qorrelate.collectors.otlp;

import io.grpc.netty.shaded.io.grpc.netty.GrpcHttp2ConnectionHandler;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiator;
import io.grpc.netty.shaded.io.grpc.netty.InternalProtocolNegotiators;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandler;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.AsciiString;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;

/**
 * gRPC's own TLS, and somebody who is told of the handshakes that fail: gRPC itself tells nobody, as a call that never came has no
 * listener. What it is made of gRPC calls internal, which is looked at when its version is raised.
 */
final class GrpcHandshakes implements InternalProtocolNegotiator.ProtocolNegotiator {
    private final InternalProtocolNegotiator.ProtocolNegotiator tls;
    private final BiConsumer<String, Throwable> failed;

    /**
     * @param failed told of the sender's address and the failure, on a thread that must not wait
     */
    GrpcHandshakes(SslContext context, BiConsumer<String, Throwable> failed) {
        tls = InternalProtocolNegotiators.serverTls(context);
        this.failed = failed;
    }

    @Override
    public AsciiString scheme() {
        return tls.scheme();
    }

    @Override
    public ChannelHandler newHandler(GrpcHttp2ConnectionHandler calls) {
        return new Watch(tls.newHandler(calls));
    }

    @Override
    public void close() {
        tls.close();
    }

    /** Stands behind the handshake of one connection, where its failure comes by, perhaps more than once. */
    private final class Watch extends ChannelInboundHandlerAdapter {
        private final ChannelHandler handshake;
        private boolean told;

        Watch(ChannelHandler handshake) {
            this.handshake = handshake;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.pipeline().addBefore(context.name(), null, handshake);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            boolean tls = failure instanceof SSLException || failure.getCause() instanceof SSLException;
            if (tls && !told) {
                told = true;
                failed.accept(OtlpPort.peer(context.channel().remoteAddress()), failure);
            }
            context.fireExceptionCaught(failure);
        }
    }
}
