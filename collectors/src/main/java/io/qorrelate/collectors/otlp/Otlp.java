package io.qorrelate.collectors.otlp;

import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.LogMapping;
import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
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

/** Sources of type {@code otlp}: a port to which OpenTelemetry's exporters and collectors push. */
public final class Otlp implements SourceType {
    /** Bearer token, RFC 6750, that senders show. */
    static final String TOKEN = "token";

    /** An exporter's own default is to send every minute. */
    private static final Duration SILENT_AFTER = Duration.ofMinutes(5);

    private static final int LAST_PORT = 65_535;

    /** What it reads where nothing is named, beside all patterns of logs: the contract's own names. */
    private static final List<String> OWN_NAMES = List.of("qkd-metrics", "qkd-log-events");

    @Override
    public String name() {
        return "otlp";
    }

    @Override
    public List<String> fields() {
        return List.of("mappings");
    }

    @Override
    public List<String> credentials() {
        List<String> names = new ArrayList<>(TlsIdentity.CREDENTIALS);
        names.add(TOKEN);
        return names;
    }

    @Override
    public Duration silentAfter(Duration interval) {
        return SILENT_AFTER;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        URI target = target(value.required("target"));
        String scheme = target.getScheme();
        boolean tls = scheme.endsWith("s");
        boolean identity = source.credentials().get("certificate") != null
                && source.credentials().get("key") != null;
        if (tls && !identity) {
            throw value.error("who listens for TLS needs 'certificate' and 'key' in its credentials");
        }
        if (!tls && !source.credentials().secrets().isEmpty()) {
            throw value.errorAt(
                    "credentials",
                    "credentials are for TLS, and a token would come in the clear: the target is then " + scheme
                            + "s://HOST:PORT");
        }
        List<MetricMapping> metrics = new ArrayList<>();
        List<JsonMapping> documents = new ArrayList<>();
        List<YamlValue> patterns = new ArrayList<>();
        for (YamlValue mapping : mappings(value, files)) {
            YamlValue format = mapping.required("format");
            switch (format.text()) {
                case MetricMapping.FORMAT -> metrics.add(MetricMapping.parse(mapping));
                case JsonMapping.FORMAT -> documents.add(JsonMapping.parse(mapping));
                case LogMapping.FORMAT -> patterns.add(mapping);
                default ->
                    throw format.error("a mapping for otlp is of format prometheus (metrics), syslog or json (logs),"
                            + " not '" + format.text() + "'");
            }
        }
        return new OtlpPort(
                source,
                scheme.startsWith("grpc"),
                tls,
                target.getHost(),
                target.getPort(),
                metrics,
                documents,
                LogMapping.parse(patterns));
    }

    private static List<YamlValue> mappings(YamlValue value, ReferredFiles files) {
        YamlValue named = value.field("mappings").orElse(null);
        List<YamlValue> mappings = new ArrayList<>();
        if (named != null) {
            named.itemsOrSelf().forEach(name -> mappings.add(files.mapping(name)));
            return mappings;
        }
        for (String name : Mappings.names()) {
            YamlValue mapping = Mappings.read(name);
            if (OWN_NAMES.contains(name) || mapping.required("format").text().equals(LogMapping.FORMAT)) {
                mappings.add(mapping);
            }
        }
        return mappings;
    }

    private static URI target(YamlValue value) {
        String wanted = "an otlp source listens: its target is http://HOST:PORT, https://HOST:PORT, grpc://HOST:PORT or"
                + " grpcs://HOST:PORT, such as grpcs://0.0.0.0:4317";
        URI uri;
        try {
            uri = new URI(value.text());
        } catch (URISyntaxException e) {
            throw value.error(wanted);
        }
        boolean known = uri.getScheme() != null
                && List.of("http", "https", "grpc", "grpcs").contains(uri.getScheme());
        boolean bare = (uri.getPath() == null || uri.getPath().isEmpty())
                && uri.getUserInfo() == null
                && uri.getQuery() == null;
        if (!known || !bare || uri.getHost() == null || uri.getPort() < 0 || uri.getPort() > LAST_PORT) {
            throw value.error(wanted);
        }
        return uri;
    }
}
