package io.qorrelate.app.embedded;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One process at a time works in a folder. The system gives the lock back when its holder dies, so that a server found in a
 * locked folder is one whose parent is dead.
 */
public final class FolderLock implements AutoCloseable {
    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes it, or says that somebody else has it.
     *
     * @param folder where the work is done; it exists
     * @param server what is to work there, as the user knows it
     * @throws StartupException where another process, or another part of this one, works there
     */
    public static FolderLock take(Path folder, String server) throws IOException {
        FileChannel channel =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return new FolderLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            // Held by this process: the same answer.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new StartupException(server + " cannot start: another one is using " + folder
                + ". Is another 'qorrelate up' running? Stop it, or choose another folder with --data-dir.");
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
