package io.qorrelate.benchmarks.load;

import io.qorrelate.app.embedded.EmbeddedKafka;
import java.nio.file.Path;

/** A broker as a process of its own. */
final class Broker {
    private Broker() {}

    /** Takes a folder and a port. */
    public static void main(String[] arguments) {
        EmbeddedKafka kafka = EmbeddedKafka.start(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(kafka::close));
        System.out.println("ready " + kafka.bootstrapServers());
    }
}
