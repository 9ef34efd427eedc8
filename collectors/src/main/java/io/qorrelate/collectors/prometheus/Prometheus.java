package io.qorrelate.collectors.prometheus;

import io.qorrelate.collectors.mapping.MetricMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.HttpTargets;
import io.qorrelate.collectors.source.PolledSourceType;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.util.ArrayList;
import java.util.List;

/** Sources of type {@code prometheus}: exporters that are scraped. */
public final class Prometheus implements PolledSourceType {
    private final HttpTargets targets = new HttpTargets();

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
        names.add(HttpConnection.TOKEN);
        return names;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        return new Exporter(
                source,
                HttpTargets.url(
                        source, value, "an exporter's target is a URL such as http://exporter.example:9100/metrics"),
                MetricMapping.parse(files.mapping(value.required("mapping"))),
                targets.connection(source));
    }
}
