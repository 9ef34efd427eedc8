package io.qorrelate.collectors.source;

import io.qorrelate.model.yaml.YamlValue;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a source shows to be let in, and how it knows whom it speaks to.
 *
 * @param secrets by name: {@code certificate}, {@code key}, {@code key_password}, {@code trust}, {@code token}, …
 */
public record Credentials(Map<String, Secret> secrets) {
    public Credentials {
        secrets = Map.copyOf(secrets);
    }

    /** The credential of that name, if it is given. */
    public @Nullable Secret get(String name) {
        return secrets.get(name);
    }

    /**
     * Who we say we are, which is no secret; null where that is said by something else, or cannot be had.
     *
     * @param credential that holds our name
     */
    public @Nullable String name(String credential) {
        Secret name = secrets.get(credential);
        try {
            return name == null ? null : name.revealText();
        } catch (NoCredentials e) {
            return null;
        }
    }

    /** Changes when one of them does. */
    public String stamp() {
        StringBuilder stamp = new StringBuilder();
        secrets.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(secret -> stamp.append(secret.getKey())
                        .append('=')
                        .append(secret.getValue().stamp())
                        .append('\n'));
        return stamp.toString();
    }

    static Credentials parse(YamlValue value, List<String> known, String type, Path folder) {
        value.rejectUnknown(known, "the credentials of " + type);
        Map<String, Secret> secrets = new LinkedHashMap<>();
        value.fields().forEach((name, reference) -> secrets.put(name, Secret.parse(reference, folder)));
        return new Credentials(secrets);
    }
}
