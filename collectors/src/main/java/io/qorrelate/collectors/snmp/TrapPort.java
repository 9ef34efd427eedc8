package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.collectors.source.SourceContext;
import io.qorrelate.model.RejectReason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;

/**
 * A port to listen on for traps and informs.
 *
 * @param users who are let in, by name
 * @param community of version 2c; null where that is not let in
 * @param engine our own, to which informs are sent
 * @param engines of senders of traps that are let in; empty for all whose messages are a user's
 */
record TrapPort(
        Source source,
        SnmpAddress address,
        Map<String, SnmpUser> users,
        @Nullable Secret community,
        OctetString engine,
        Set<OctetString> engines,
        List<SnmpMapping> mappings)
        implements ConfiguredSource {

    @Override
    public Collector open(SourceContext context) throws IOException {
        return TrapCollector.start(this, context);
    }

    /** Traps one after the other, as lines of variables. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        List<Answers> traps;
        try {
            traps = Walk.read(new String(payload, StandardCharsets.UTF_8));
        } catch (Walk.Malformed e) {
            return List.of(new Intake.Rejected(
                    payload,
                    payload.length,
                    RejectReason.WRONG_TYPE,
                    "not what snmpwalk -On prints: " + e.getMessage()));
        }
        List<Intake> intakes = new ArrayList<>();
        for (Answers variables : traps) {
            byte[] raw = variables.text().getBytes(StandardCharsets.UTF_8);
            List<Intake> found = read(new Notice(variables, List.of("payload"), received, raw, null, () -> {}), intake);
            if (found != null) {
                intakes.addAll(found);
            }
        }
        return intakes;
    }

    /** The events of a notification; null where no mapping knows its kind. */
    @Nullable
    List<Intake> read(Notice notice, EventIntake intake) {
        if (!(notice.variables().get(Oids.TRAP) instanceof OID trap)) {
            return List.of(new Intake.Rejected(
                    notice.raw(),
                    notice.raw().length,
                    RejectReason.MISSING_FIELD,
                    "a notification names its kind in snmpTrapOID.0 (" + Oids.TRAP.toDottedString() + ")"));
        }
        boolean known = false;
        List<Intake> intakes = new ArrayList<>();
        for (SnmpMapping mapping : mappings) {
            SnmpMapping.Outcome outcome;
            try {
                outcome = mapping.notified(
                        trap,
                        notice.variables(),
                        notice.senders(),
                        notice.id(),
                        new SnmpMapping.Circumstances(source.placement(), source.id(), notice.received(), intake));
            } catch (RuntimeException | Error e) {
                return List.of(Fault.rejected(notice.raw(), e));
            }
            if (outcome != null) {
                known = true;
                intakes.addAll(outcome.intakes());
            }
        }
        return known ? intakes : null;
    }

    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException {
        throw new IOException(
                "listens and does not ask; try it with --payload FILE, lines as snmpwalk -On prints them");
    }
}
