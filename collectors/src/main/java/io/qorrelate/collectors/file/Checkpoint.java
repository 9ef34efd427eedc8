package io.qorrelate.collectors.file;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far a file is in Kafka.
 *
 * @param identity which file it was, beyond its name
 * @param offset in bytes; everything before it is acknowledged
 */
record Checkpoint(FileIdentity identity, long offset) {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Where the checkpoint of a file is kept: its name for people, and a hash as names repeat in other folders. */
    static Path place(Path folder, Path file) {
        UUID hash = UUID.nameUUIDFromBytes(file.toString().getBytes(StandardCharsets.UTF_8));
        return folder.resolve(file.getFileName() + "." + hash + ".json");
    }

    /** The checkpoint kept there; null where there is none, or none that can be read: reading again is harmless. */
    static @Nullable Checkpoint load(Path place) throws IOException {
        try {
            JsonNode tree = JSON.readTree(Files.readAllBytes(place));
            long offset = tree.path("offset").asLong(-1);
            if (offset < 0 || !tree.path("head").isTextual()) {
                LOG.warn("{} is no checkpoint; its file is read from the beginning", place);
                return null;
            }
            String key = tree.path("key").isTextual() ? tree.path("key").textValue() : null;
            return new Checkpoint(new FileIdentity(key, tree.path("head").binaryValue()), offset);
        } catch (NoSuchFileException e) {
            return null;
        } catch (JacksonException e) {
            LOG.warn("{} is no checkpoint; its file is read from the beginning", place);
            return null;
        }
    }

    /** Keeps it: after a crash there is the old one or the new one, whole. */
    void save(Path place, Path file) throws IOException {
        ObjectNode tree = JSON.createObjectNode();
        tree.put("file", file.toString());
        tree.put("key", identity.key());
        tree.put("head", identity.head());
        tree.put("offset", offset);
        Path draft = place.resolveSibling(place.getFileName() + ".new");
        try (FileChannel channel = FileChannel.open(
                draft, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(JSON.writeValueAsBytes(tree));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
