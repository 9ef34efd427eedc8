package io.qorrelate.collectors.mapping;

import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The mappings that the platform brings. */
public final class Mappings {
    private static final String FOLDER = "mappings/";

    private Mappings() {}

    /** Their names, in order. */
    public static List<String> names() {
        return resource("index").lines().filter(line -> !line.isBlank()).toList();
    }

    /** One of them. */
    public static YamlValue read(String name) {
        if (!names().contains(name)) {
            throw new InvalidYaml(name + ": there is no such mapping" + YamlValue.suggestion(name, names()));
        }
        String file = FOLDER + name + "/mapping.yml";
        return YamlValue.parse(resource(name + "/mapping.yml"), file);
    }

    private static String resource(String name) {
        try (InputStream stream = Mappings.class.getResourceAsStream("/io/qorrelate/collectors/" + FOLDER + name)) {
            if (stream == null) {
                throw new IllegalStateException("the installation lacks " + FOLDER + name);
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("a resource of the installation cannot be read: " + FOLDER + name, e);
        }
    }
}
