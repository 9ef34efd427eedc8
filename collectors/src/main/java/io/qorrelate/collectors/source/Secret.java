package io.qorrelate.collectors.source;

import io.qorrelate.model.yaml.YamlValue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Where a credential is kept. It is read when it is used, so that a rotated one counts, and never held here or printed. */
public sealed interface Secret {
    /** Far more than a chain of certificates; a mistaken path to something huge does no harm. */
    int MAX_BYTES = 1 << 20;

    /**
     * The credential itself.
     *
     * @throws NoCredentials where it cannot be had; the message names the place and not the content
     */
    byte[] reveal() throws NoCredentials;

    /** The credential as text, without the line end that editors put at the end of a file. */
    default String revealText() throws NoCredentials {
        return new String(reveal(), StandardCharsets.UTF_8).stripTrailing();
    }

    /** Changes when the credential does, as far as that can be told without reading it. */
    String stamp();

    /** An environment variable. */
    record Environment(String name) implements Secret {
        @Override
        public byte[] reveal() throws NoCredentials {
            String value = System.getenv(name);
            if (value == null || value.isEmpty()) {
                throw new NoCredentials("the environment variable " + name + " is not set");
            }
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String stamp() {
            return toString();
        }

        @Override
        public String toString() {
            return "env:" + name;
        }
    }

    /** A file, such as a mounted secret. */
    record File(Path path) implements Secret {
        @Override
        public byte[] reveal() throws NoCredentials {
            byte[] bytes;
            try (InputStream file = Files.newInputStream(path)) {
                bytes = file.readNBytes(MAX_BYTES + 1);
            } catch (NoSuchFileException e) {
                throw new NoCredentials("there is no file " + path);
            } catch (IOException e) {
                throw new NoCredentials(
                        "cannot read " + path + " (" + e.getClass().getSimpleName() + ")");
            }
            if (bytes.length > MAX_BYTES) {
                throw new NoCredentials(path + " has more than " + MAX_BYTES + " bytes and is no credential");
            }
            return bytes;
        }

        @Override
        public String stamp() {
            try {
                return this + " " + Files.getLastModifiedTime(path) + " " + Files.size(path);
            } catch (IOException e) {
                return this + " missing";
            }
        }

        @Override
        public String toString() {
            return "file:" + path;
        }
    }

    /**
     * Reads a reference.
     *
     * @param folder that relative paths begin at
     */
    static Secret parse(YamlValue value, Path folder) {
        if (!value.isMapping()) {
            // The message leaves out what stands there: it may be the secret.
            throw value.error("a credential is given by reference, as {env: NAME} or {file: PATH}, never itself");
        }
        value.rejectUnknown(List.of("env", "file"), "a credential");
        if (value.field("env").isPresent() == value.field("file").isPresent()) {
            throw value.error("a credential has one of 'env' and 'file'");
        }
        return value.field("env")
                .<Secret>map(name -> new Environment(name.text()))
                .orElseGet(() ->
                        new File(folder.resolve(value.required("file").text()).normalize()));
    }
}
