package io.qorrelate.app.embedded;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kafka.server.ControllerServer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import kafka.server.StandardFaultHandlerFactory;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka without its broker, which runs until it has seen that the broker is gone.
 *
 * <p>To the controller, a broker that was killed leads its partitions until its session ends, and the next one is not registered
 * before. Until then the next one holds itself for the coordinator of the transactions that the killed one was about to end; and
 * at the moment in which the partitions lose their leader, it takes them for deleted (TransactionMarkerChannelManager of Kafka
 * 4.3.1: "likely deleted already and hence can be skipped") and calls those transactions ended without having written so into
 * them. Who asks for an offset that was committed in one of them, as stream processors do when they start, waits for ever. So the
 * next broker starts when the controller knows that the last one is gone.
 */
final class ControllerAlone implements Server {
    private static final Logger LOG = LoggerFactory.getLogger(ControllerAlone.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private final int node;
    private final Duration session;
    private final ControllerServer controller;

    /**
     * Of one node.
     *
     * @param address where it listens, as in its settings
     * @param session how long it takes a broker for alive that it does not hear of, as in its settings
     */
    ControllerAlone(KafkaConfig config, InetSocketAddress address, Duration session) {
        node = config.nodeId();
        this.session = session;
        var found = KafkaRaftServer.initializeLogDirs(config, LOG, "");
        SharedServer shared = new SharedServer(
                config,
                found._1(),
                Time.SYSTEM,
                new Metrics(),
                CompletableFuture.completedFuture(Map.of(node, address)),
                List.of(),
                new StandardFaultHandlerFactory(),
                ServerSocketFactory.INSTANCE);
        controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), found._2());
    }

    /** Starts, and returns when no broker is taken for alive. */
    @Override
    public void startup() {
        controller.startup();
        Instant begin = Instant.now();
        while (!isFenced(Duration.between(begin, Instant.now()))) {
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** One that was killed before it had registered is not known at all, and looks as one that has not been read of yet. */
    private boolean isFenced(Duration asked) {
        var broker = controller.metadataCache().currentImage().cluster().broker(node);
        return broker == null ? asked.compareTo(session.multipliedBy(2)) > 0 : broker.fenced();
    }

    @Override
    public void shutdown() {
        controller.shutdown();
    }

    @Override
    public void awaitShutdown() {
        controller.awaitShutdown();
    }
}
