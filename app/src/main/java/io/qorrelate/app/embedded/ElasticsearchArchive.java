package io.qorrelate.app.embedded;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/** The released zip, and the folder it becomes: the folder carries the version in its name, and where it is there, it is whole. */
final class ElasticsearchArchive {
    private static final String HALF_PREFIX = "unpacking";
    private static final String WHOLE_PREFIX = "elasticsearch-";

    private final Path zip;
    private final String name;

    ElasticsearchArchive(Path zip) {
        this.zip = zip;
        this.name = String.valueOf(zip.getFileName()).replace(".zip", "");
    }

    /**
     * Unpacks beside and renames. What a killed run left half, and the servers of other versions, are removed.
     *
     * @return the server's folder
     */
    Path unpackInto(Path base, Consumer<String> progress) throws IOException {
        Path home = base.resolve(name);
        if (Files.isDirectory(home)) {
            return home;
        }
        if (!Files.isRegularFile(zip)) {
            throw new StartupException(
                    "The Elasticsearch archive " + zip + " is missing: build once with access to Maven Central,"
                            + " or use a server of your own with --elasticsearch URL.");
        }
        for (Path leftOver : children(base)) {
            String child = String.valueOf(leftOver.getFileName());
            if (Files.isDirectory(leftOver) && (child.startsWith(HALF_PREFIX) || child.startsWith(WHOLE_PREFIX))) {
                delete(leftOver);
            }
        }
        progress.accept("unpacking " + name);
        Path half = Files.createTempDirectory(base, HALF_PREFIX);
        unzipInto(half);
        Path inner = half.resolve(name);
        Path unpacked = Files.isDirectory(inner) ? inner : half;
        for (Path program : children(unpacked.resolve("bin"))) {
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Files.move(unpacked, home, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(half);
        return home;
    }

    private void unzipInto(Path folder) throws IOException {
        try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                Path target = folder.resolve(entry.getName()).normalize();
                if (!target.startsWith(folder)) {
                    throw new IOException("the archive has an entry outside itself: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.copy(entries, target);
                }
            }
        }
    }

    private static List<Path> children(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
