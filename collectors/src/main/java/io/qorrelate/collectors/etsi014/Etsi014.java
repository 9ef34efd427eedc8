package io.qorrelate.collectors.etsi014;

import io.qorrelate.collectors.mapping.JsonMapping;
import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.HttpTargets;
import io.qorrelate.collectors.source.PolledSourceType;
import io.qorrelate.collectors.source.ReferredFiles;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.TlsIdentity;
import io.qorrelate.model.yaml.YamlValue;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** Sources of type {@code etsi014}: key management entities that are asked for their status. */
public final class Etsi014 implements PolledSourceType {
    private static final String NAME = "etsi014";

    private final HttpTargets targets = new HttpTargets();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> fields() {
        return List.of("mapping");
    }

    @Override
    public List<String> credentials() {
        return TlsIdentity.CREDENTIALS;
    }

    @Override
    public ConfiguredSource parse(Source source, YamlValue value, ReferredFiles files) {
        String wanted = "a key management entity speaks HTTPS: a target is such as https://kme.example:8443";
        URI uri = HttpTargets.base(source, value, wanted);
        if (!"https".equals(uri.getScheme())) {
            throw value.required("target").error(wanted);
        }
        if (source.placement().links().isEmpty()) {
            throw value.error("'links' is missing: name each slave SAE to ask about and its link, as"
                    + " 'links: {SAE-ID: link}'");
        }
        YamlValue mapping = value.field("mapping").map(files::mapping).orElseGet(() -> Mappings.read(NAME));
        return new KeyManagementEntity(
                source, uri, saes(value), JsonMapping.parse(mapping), targets.connection(source));
    }

    /** In the file's order. */
    private static List<String> saes(YamlValue value) {
        return new ArrayList<>(value.required("links").fields().keySet());
    }
}
