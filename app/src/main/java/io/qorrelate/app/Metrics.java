package io.qorrelate.app;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import java.io.IOException;
import java.net.InetAddress;
import java.time.InstantSource;

/** The platform's own measurements, on {@code /metrics} in the Prometheus format, and the state of its sources on {@code /sources}. */
final class Metrics implements AutoCloseable {
    private final PrometheusMeterRegistry registry;
    private final HTTPServer server;
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final SourcesPage page = new SourcesPage(InstantSource.system());

    /**
     * Starts listening.
     *
     * @param port TCP port; 0 for a free one
     */
    Metrics(String host, int port) throws IOException {
        registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbage.bindTo(registry);
        server = HTTPServer.builder()
                .inetAddress(InetAddress.getByName(host))
                .port(port)
                .registry(registry.getPrometheusRegistry())
                .defaultHandler(page)
                .buildAndStart();
    }

    MeterRegistry registry() {
        return registry;
    }

    /** Where the state of sources is shown. */
    SourcesPage page() {
        return page;
    }

    int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        server.close();
        garbage.close();
        registry.close();
    }
}
