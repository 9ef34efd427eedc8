package io.qorrelate.collectors.http;

import io.qorrelate.collectors.CollectorContext;
import io.qorrelate.collectors.CollectorSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP collector, as configured.
 *
 * @param host address to listen on; {@code 0.0.0.0} for all
 * @param port TCP port, 0..65535; 0 for a free one
 * @param maxBodyBytes largest body, after decompression; more is answered with 413
 * @param maxConcurrentRequests most requests read at one time; more are answered with 429
 * @param idleTimeout a connection on which nothing moves for so long is closed
 * @param fullPatience how long a request waits for room on the way to Kafka before it is answered with 429
 * @param acknowledgeTimeout how long a request waits for Kafka to acknowledge all of it before it is answered with 503
 * @param maps folder of mappings of tables, {@code NAME.yml}, beside those that the platform brings; null for none
 */
public record HttpCollectorSettings(
        String host,
        int port,
        long maxBodyBytes,
        int maxConcurrentRequests,
        Duration idleTimeout,
        Duration fullPatience,
        Duration acknowledgeTimeout,
        @Nullable Path maps)
        implements CollectorSettings {

    /** A million events of usual size. Bodies are read piece by piece, so this bounds time, not memory. */
    private static final long DEFAULT_MAX_BODY_BYTES = 256L << 20;

    /** What takes longer than a minute had better come in parts. */
    private static final long MAX_MAX_BODY_BYTES = 1L << 30;

    /** Each holds at most one piece of 8 MiB, and nearly always less than 32 KiB. */
    private static final int DEFAULT_MAX_CONCURRENT_REQUESTS = 64;

    private static final int MAX_PORT = 65_535;

    public HttpCollectorSettings {
        if (host.isBlank()) {
            throw new IllegalArgumentException("the HTTP collector needs an address to listen on, such as 127.0.0.1");
        }
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("the HTTP collector's port must be 0.." + MAX_PORT + ", was " + port);
        }
        if (maxBodyBytes < 1 || maxBodyBytes > MAX_MAX_BODY_BYTES) {
            throw new IllegalArgumentException(
                    "the largest body must be 1.." + MAX_MAX_BODY_BYTES + " bytes, was " + maxBodyBytes);
        }
        if (maxConcurrentRequests < 1) {
            throw new IllegalArgumentException(
                    "at least 1 concurrent request must be allowed, was " + maxConcurrentRequests);
        }
        requirePositive("idle time-out", idleTimeout);
        requirePositive("patience when full", fullPatience);
        requirePositive("acknowledge time-out", acknowledgeTimeout);
    }

    /** The defaults on that address. */
    public HttpCollectorSettings(String host, int port) {
        this(host, port, null);
    }

    /** The defaults on that address, with mappings of one's own. */
    public HttpCollectorSettings(String host, int port, @Nullable Path maps) {
        this(
                host,
                port,
                DEFAULT_MAX_BODY_BYTES,
                DEFAULT_MAX_CONCURRENT_REQUESTS,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                maps);
    }

    @Override
    public HttpCollector open(CollectorContext context) throws IOException {
        return HttpCollector.start(this, context);
    }

    private static void requirePositive(String what, Duration duration) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException("the " + what + " must be more than nothing, was " + duration);
        }
    }
}
