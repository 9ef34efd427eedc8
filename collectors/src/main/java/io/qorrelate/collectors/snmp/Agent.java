package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.Collector;
import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.ConfiguredSource;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
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
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.smi.OctetString;

/**
 * An agent to poll.
 *
 * @param user of version 3; null for version 2c
 * @param community of version 2c; null for version 3
 * @param engine that must answer; null for whichever does
 * @param context of version 3; empty for the agent's own
 * @param session through which all agents are asked
 */
record Agent(
        Source source,
        SnmpAddress address,
        @Nullable SnmpUser user,
        @Nullable Secret community,
        @Nullable OctetString engine,
        OctetString context,
        List<SnmpMapping> mappings,
        SharedSession session)
        implements ConfiguredSource {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);

    @Override
    public Collector open(SourceContext context) throws IOException {
        warn();
        SnmpSession open = session.borrow();
        AgentPoller poller = new AgentPoller(
                this, open, context.collectors().intake(), context.collectors().clock());
        Collector polling = PollingCollector.start(source, context, poller);
        return new Collector() {
            @Override
            public String name() {
                return polling.name();
            }

            @Override
            public CompletableFuture<Void> finished() {
                return polling.finished();
            }

            @Override
            public void close() {
                polling.close();
                session.giveBack();
            }
        };
    }

    private void warn() {
        if (community != null) {
            LOG.warn(
                    "source {}: SNMPv2c sends its community in the clear, and anybody on the way can answer for {}",
                    source.id(),
                    source.target());
        } else if (user != null && user.priv() == Privacy.NONE) {
            LOG.warn("source {}: without privacy, what {} says can be read on the way", source.id(), source.target());
        }
    }

    /** Walks of the agent, one after the other. */
    @Override
    public List<Intake> read(byte[] payload, EventIntake intake, Instant received) {
        List<Answers> walks;
        try {
            walks = Walk.read(new String(payload, StandardCharsets.UTF_8));
        } catch (Walk.Malformed e) {
            return List.of(new Intake.Rejected(
                    payload,
                    payload.length,
                    RejectReason.WRONG_TYPE,
                    "not what snmpwalk -On prints: " + e.getMessage()));
        }
        Memory memory = new Memory();
        List<Intake> intakes = new ArrayList<>();
        for (Answers walk : walks) {
            intakes.addAll(read(walk, memory, received, intake).intakes());
        }
        return intakes;
    }

    SnmpMapping.Outcome read(Answers answers, Memory memory, Instant time, EventIntake intake) {
        return SnmpMapping.read(
                mappings,
                answers,
                memory,
                new SnmpMapping.Circumstances(source.placement(), source.id(), time, intake));
    }

    /** One round; two where there are counters, which a single one does not tell. */
    @Override
    public Poll ask(EventIntake intake, InstantSource clock) throws IOException, InterruptedException {
        warn();
        SnmpSession open = session.borrow();
        try {
            AgentPoller poller = new AgentPoller(this, open, intake, clock);
            Poll first = poller.ask();
            if (first.trouble() != null || mappings.stream().noneMatch(SnmpMapping::needsTwoRounds)) {
                return first;
            }
            Thread.sleep(AgentPoller.BETWEEN_TRIAL_ROUNDS);
            Poll second = poller.ask();
            return new Poll(second.intakes().isEmpty() ? first.intakes() : second.intakes(), second.trouble());
        } finally {
            session.giveBack();
        }
    }
}
