package io.qorrelate.collectors.syslog;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.mapping.Defaults;
import io.qorrelate.collectors.mapping.EventIds;
import io.qorrelate.collectors.mapping.LogMapping;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A port to listen on.
 *
 * @param zone of times that name none
 */
record SyslogPort(Source source, Transport transport, String host, int port, ZoneId zone, LogMapping mapping)
        implements ConfiguredSource {
    /** RFC 5424 asks for 2 KiB, and what is longer is no log line; UDP carries no more than this either. */
    static final int MAX_MESSAGE_BYTES = 64 << 10;

    @Override
    public Collector open(SourceContext context) throws IOException {
        return SyslogCollector.start(this, context);
    }

    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        Frames frames = new Frames(new ByteArrayInputStream(payload), MAX_MESSAGE_BYTES);
        List<Intake> intakes = new ArrayList<>();
        try {
            for (byte[] bytes = frames.next(); bytes != null; bytes = frames.next()) {
                Intake found = read(new Datagram(bytes, frames.totalBytes(), "payload", received, null), intake);
                if (found != null) {
                    intakes.add(found);
                }
            }
        } catch (Frames.Broken e) {
            intakes.add(rejected(e.bytes(), e.totalBytes(), e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory can be read", e);
        }
        return intakes;
    }

    private static Intake rejected(byte[] bytes, long totalBytes, @Nullable String flaw) {
        return new Intake.Rejected(
                bytes, totalBytes, RejectReason.WRONG_TYPE, "not cut into messages by RFC 6587: " + flaw);
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException {
        throw new IOException("listens and does not ask; try it with --payload FILE, one message a line");
    }

    /** What a message is; null where no pattern asks for it. */
    @Nullable
    Intake read(Datagram datagram, EventIntake intake) {
        if (datagram.flaw() != null) {
            return rejected(datagram.bytes(), datagram.totalBytes(), datagram.flaw());
        }
        Intake found;
        try {
            found = found(datagram, intake);
        } catch (RuntimeException | Error e) {
            found = Fault.rejected(datagram.bytes(), e);
        }
        return found instanceof Intake.Rejected rejected
                ? new Intake.Rejected(rejected.raw(), datagram.totalBytes(), rejected.reason(), rejected.detail())
                : found;
    }

    private @Nullable Intake found(Datagram datagram, EventIntake intake) {
        SyslogMessage message = SyslogMessage.read(datagram.bytes(), zone, datagram.received());
        String sender = message.host() == null ? datagram.peer() : message.host();
        Instant time = message.time() == null ? datagram.received() : message.time();
        String link = source.placement().linkOf(sender);
        String node = source.placement().nodeOf(sender);
        return mapping.read(
                message.from(datagram.peer()),
                datagram.bytes(),
                // A machine that nobody placed stands for itself.
                new Defaults(
                        id(datagram.bytes(), time), time, link, link == null && node == null ? sender : node, sender),
                intake);
    }

    /** Two failures of one second may make equal events; the messages differ at least in a port or a process id. */
    private static String id(byte[] message, Instant time) {
        return EventIds.of(time.toString().getBytes(StandardCharsets.UTF_8), message);
    }
}
