package io.qorrelate.collectors.source;

import io.qorrelate.collectors.mapping.Mappings;
import io.qorrelate.model.yaml.InvalidYaml;
import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Files that a source refers to. What was read is kept, so that a change in them is noticed. */
public final class ReferredFiles {
    private final Path folder;
    private final Map<Path, String> contents = new LinkedHashMap<>();

    ReferredFiles(Path folder) {
        this.folder = folder;
    }

    /**
     * The mapping that a field names: one that the platform brings, or a file.
     *
     * @throws InvalidYaml at the field's place where there is none
     */
    public YamlValue mapping(YamlValue name) {
        String text = name.text();
        if (!text.endsWith(".yml") && !text.endsWith(".yaml")) {
            if (!Mappings.names().contains(text)) {
                String suggestion = YamlValue.suggestion(text, Mappings.names());
                throw name.error("there is no mapping '" + text + "'"
                        + (suggestion.isEmpty()
                                ? "; there are " + String.join(", ", Mappings.names())
                                        + ", or name a file that ends in .yml"
                                : suggestion));
            }
            return Mappings.read(text);
        }
        Path file = folder.resolve(text).normalize();
        try {
            String content = Files.readString(file);
            contents.put(file, content);
            return YamlValue.parse(content, file.toString());
        } catch (NoSuchFileException e) {
            throw name.error("there is no file " + file);
        } catch (CharacterCodingException e) {
            throw name.error(file + " is not UTF-8");
        } catch (IOException e) {
            throw name.error("cannot read " + file + " (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * A credential that stands beside what it is for, where a source has several of a kind.
     *
     * @throws InvalidYaml where it is no reference
     */
    public Secret secret(YamlValue reference) {
        return Secret.parse(reference, folder);
    }

    Map<Path, String> contents() {
        return Map.copyOf(contents);
    }
}
