package io.qorrelate.benchmarks.load;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * What another process of Java keeps in memory over the time: its heap right after a garbage collection that it is told to make, and the
 * memory that the operating system has given it. What grows in the first is kept, and not only not collected yet.
 */
final class Memory implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

    /** A slope wants some points, also of a short run. */
    private static final int LEAST_LOOKS = 6;

    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s+(\\d+) kB$");
    private static final double MB = 1 << 20;
    private static final double KIB_OF_MB = 1 << 10;
    private static final double NANOS_OF_MINUTE = 60e9;

    /** One look. */
    private record Look(double minutes, double heapMb, double residentMb) {}

    private final long process;
    private final JMXConnector connector;
    private final MemoryMXBean memory;
    private final List<Look> looks = new ArrayList<>();
    private final Thread watch;
    private final long begin = System.nanoTime();

    private Memory(long process, JMXConnector connector, Duration lookEvery) throws IOException {
        this.process = process;
        this.connector = connector;
        memory = ManagementFactory.getPlatformMXBean(connector.getMBeanServerConnection(), MemoryMXBean.class);
        watch = Thread.ofVirtual().start(() -> watch(lookEvery));
    }

    /** Watches a process for so many seconds: once a minute, and oftener where that would be a few times. */
    @SuppressWarnings("BanJNDI") // of a process that this one has started, at an address that it was told by it
    static Memory watch(long process, int seconds) throws IOException, AttachNotSupportedException {
        VirtualMachine machine = VirtualMachine.attach(Long.toString(process));
        try {
            Duration shortRun = Duration.ofSeconds(seconds).dividedBy(LEAST_LOOKS);
            return new Memory(
                    process,
                    JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent())),
                    shortRun.compareTo(LOOK_EVERY) < 0 ? shortRun : LOOK_EVERY);
        } finally {
            machine.detach();
        }
    }

    private void watch(Duration lookEvery) {
        try {
            while (true) {
                look();
                Thread.sleep(lookEvery);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println("the memory can no longer be watched: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws IOException {
        memory.gc();
        looks.add(new Look(
                (System.nanoTime() - begin) / NANOS_OF_MINUTE,
                memory.getHeapMemoryUsage().getUsed() / MB,
                residentMb()));
    }

    /** As Linux tells it; 0 where another system runs. */
    private double residentMb() throws IOException {
        Path status = Path.of("/proc", Long.toString(process), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        Matcher resident = RESIDENT.matcher(Files.readString(status));
        return resident.find() ? Long.parseLong(resident.group(1)) / KIB_OF_MB : 0;
    }

    /** Looks once more, and no more. */
    @Override
    public void close() throws IOException {
        watch.interrupt();
        try {
            watch.join();
            look();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connector.close();
    }

    /** After it is closed. */
    void print(PrintStream out) {
        out.println("minute  heap after a collection, MB  resident, MB");
        looks.forEach(look ->
                out.printf(Locale.ROOT, "%6.1f  %28.1f  %12.0f%n", look.minutes(), look.heapMb(), look.residentMb()));
        out.printf(
                Locale.ROOT,
                "slope, MB a minute: heap %+.2f, resident %+.2f%n",
                slope(Look::heapMb),
                slope(Look::residentMb));
    }

    /** By least squares. */
    private double slope(ToDoubleFunction<Look> of) {
        double meanX = looks.stream().mapToDouble(Look::minutes).average().orElse(0);
        double meanY = looks.stream().mapToDouble(of).average().orElse(0);
        double products = 0;
        double squares = 0;
        for (Look look : looks) {
            products += (look.minutes() - meanX) * (of.applyAsDouble(look) - meanY);
            squares += (look.minutes() - meanX) * (look.minutes() - meanX);
        }
        return squares == 0 ? 0 : products / squares;
    }
}
