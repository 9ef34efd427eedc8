package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceType;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Sources of type {@code prometheus}: exporters that are scraped. */
public final class Prometheus implements SourceType {
    /** Bearer token, RFC 6750. */
    static final String TOKEN = "token";

    private static final int SILENT_ROUNDS = 6;

    private static final Duration LEAST_SILENCE = Duration.ofMinutes(1);

    /** A client for each set of credentials, not for each source. */
    private final Map<Credentials, HttpConnection> connections = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "prometheus";
    }

    @Override
    public List<String> fields() {
        return List.of("mapping");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
        names.add(TOKEN);
        return names;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        Duration rounds = interval.multipliedBy(SILENT_ROUNDS);
        return rounds.compareTo(LEAST_SILENCE) > 0 ? rounds : LEAST_SILENCE;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        YamlValue target = value.required("target");
        String wanted = "an exporter's target is a URL such as http://exporter.example:9100/metrics";
        URI uri;
        try {
            uri = new URI(source.target());
        } catch (URISyntaxException e) {
            throw target.error(wanted);
        }
        boolean http = "http".equals(uri.getScheme());
        if (uri.getHost() == null || !(http || "https".equals(uri.getScheme()))) {
            throw target.error(wanted);
        }
        if (uri.getUserInfo() != null) {
            throw target.error("a target holds no password; give 'token' or a certificate in 'credentials'");
        }
        if (http && !source.credentials().secrets().isEmpty()) {
            throw target.error(
                    "credentials would be sent in the clear; a target with credentials begins with https://");
        }
        return new Exporter(
                source,
                uri,
                MetricMapping.parse(files.mapping(value.required("mapping"))),
                connections.computeIfAbsent(source.credentials(), HttpConnection::new));
    }
}
