package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.EventIntake;
import io.qorrelate.collectors.Intake;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Poll;
import io.qorrelate.collectors.source.PollingCollector;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.snmp4j.CommunityTarget;
import org.snmp4j.PDU;
import org.snmp4j.ScopedPDU;
import org.snmp4j.Target;
import org.snmp4j.mp.MessageProcessingModel;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.smi.OID;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.smi.VariableBinding;
import org.snmp4j.util.PDUFactory;
import org.snmp4j.util.TableEvent;
import org.snmp4j.util.TableListener;
import org.snmp4j.util.TableUtils;

/** Asks one agent for what its mappings name: scalars with GET, tables with GETBULK. */
final class AgentPoller implements PollingCollector.Poller {
    /** Enough for a counter to rise, and short for who waits. */
    static final Duration BETWEEN_TRIAL_ROUNDS = Duration.ofSeconds(2);

    /** Fits the 484 octets that every agent must take (RFC 3417), and its answer a network's packet. */
    private static final int OBJECTS_OF_A_GET = 10;

    private static final int ROWS_OF_A_GETBULK = 10;

    /** Where an agent has more rows than any rack has ports, or no end at all. */
    static final int MOST_ROWS = 10_000;

    private static final int MOST_NAMES = 10;

    /** A failure that ends the round. */
    private static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final transient List<Intake> intakes;
        private final transient Poll.Trouble trouble;

        Failed(List<Intake> intakes, Poll.Trouble trouble) {
            super(trouble.detail(), null, false, false);
            this.intakes = intakes;
            this.trouble = trouble;
        }
    }

    private final Agent agent;
    private final SnmpSession session;
    private final EventIntake intake;
    private final InstantSource clock;
    private final Memory memory = new Memory();
    private final TableUtils tables;

    private @Nullable Target<UdpAddress> target;
    private String targetStamp = "";
    private byte @Nullable [] engineBefore;

    AgentPoller(Agent agent, SnmpSession session, EventIntake intake, InstantSource clock) {
        this.agent = agent;
        this.session = session;
        this.intake = intake;
        this.clock = clock;
        tables = new TableUtils(session.snmp(), new Requests(agent));
        tables.setMaxNumRowsPerPDU(ROWS_OF_A_GETBULK);
        tables.setRowLimit(MOST_ROWS);
    }

    /** Makes the requests that a table is read with. */
    private record Requests(Agent agent) implements PDUFactory {
        @Override
        public PDU createPDU(Target<?> target) {
            if (agent.user() == null) {
                return new PDU();
            }
            ScopedPDU request = new ScopedPDU();
            request.setContextName(agent.context());
            return request;
        }

        @Override
        public PDU createPDU(MessageProcessingModel model) {
            return createPDU((Target<?>) null);
        }
    }

    @Override
    public Poll ask() throws IOException, InterruptedException {
        List<Intake> intakes = new ArrayList<>();
        try {
            Target<UdpAddress> asked = target(intakes);
            Answers answers = new Answers();
            for (List<OID> objects : scalars()) {
                get(objects, asked, answers);
            }
            for (OID[] columns : columns()) {
                table(columns, asked, answers);
            }
            SnmpMapping.Outcome outcome = agent.read(answers, memory, clock.instant(), intake);
            intakes.addAll(outcome.intakes());
            return new Poll(intakes, trouble(outcome));
        } catch (Failed failed) {
            // The engine may be another one by now, or the address.
            target = null;
            intakes.addAll(failed.intakes);
            return new Poll(intakes, failed.trouble);
        } catch (NoCredentials e) {
            return new Poll(List.of(), new Poll.Trouble("no_credentials", String.valueOf(e.getMessage())));
        }
    }

    private Poll.@Nullable Trouble trouble(SnmpMapping.Outcome outcome) {
        if (!outcome.known()) {
            return new Poll.Trouble("bad_answer", said("has none of the objects that its mappings ask for"));
        }
        if (outcome.intakes().isEmpty() && !outcome.unplaced().isEmpty()) {
            return new Poll.Trouble(
                    "not_placed",
                    said("has rows that neither 'links' nor 'nodes' names, among them "
                            + String.join(
                                    ", ",
                                    outcome.unplaced().stream()
                                            .limit(MOST_NAMES)
                                            .map(name -> "'" + name + "'")
                                            .toList())));
        }
        boolean sound =
                outcome.intakes().isEmpty() || outcome.intakes().stream().anyMatch(Intake.Accepted.class::isInstance);
        return sound ? null : new Poll.Trouble("bad_answer", said("says nothing that the contract takes"));
    }

    private Target<UdpAddress> target(List<Intake> intakes) throws IOException, Failed {
        SnmpUser user = agent.user();
        String stamp = user == null
                ? (agent.community() == null ? "" : agent.community().stamp())
                : user.stamp();
        Target<UdpAddress> known = target;
        if (known != null && stamp.equals(targetStamp)) {
            return known;
        }
        UdpAddress address = agent.address().resolve();
        Duration patience = agent.source().timeout();
        Target<UdpAddress> made;
        if (user == null) {
            CommunityTarget<UdpAddress> open = new CommunityTarget<>();
            open.setAddress(address);
            open.setCommunity(new OctetString(
                    agent.community() == null ? "" : agent.community().revealText()));
            open.setVersion(SnmpConstants.version2c);
            SnmpSession.patient(open, patience);
            made = open;
        } else {
            // Whether there are credentials is told before somebody is asked.
            var unused = user.reveal();
            made = session.target(address, engine(address, patience, intakes), user, patience);
        }
        target = made;
        targetStamp = stamp;
        return made;
    }

    private byte[] engine(UdpAddress address, Duration patience, List<Intake> intakes) throws Failed {
        byte[] engine = session.discover(address, patience);
        if (engine == null) {
            throw timeout();
        }
        if (agent.engine() != null && !agent.engine().equals(new OctetString(engine))) {
            String words = "is engine " + Engines.text(engine) + ", and the sources file names "
                    + Engines.text(agent.engine().getValue());
            throw new Failed(
                    List.of(refused(Refusal.UNKNOWN_ENGINE, Engines.text(engine), words)),
                    new Poll.Trouble("unauthorized", said(words)));
        }
        byte[] before = engineBefore;
        engineBefore = engine;
        if (before != null && !Arrays.equals(before, engine)) {
            String words = "is engine " + Engines.text(engine) + ", and was " + Engines.text(before);
            intakes.add(refused(Refusal.UNKNOWN_ENGINE, Engines.text(engine), words));
        }
        return engine;
    }

    private List<List<OID>> scalars() {
        Set<OID> objects = new LinkedHashSet<>();
        objects.add(Oids.SYS_UP_TIME);
        agent.mappings().forEach(mapping -> mapping.scalars().values().forEach(object -> objects.add(object.oid())));
        List<OID> all = new ArrayList<>(objects);
        List<List<OID>> requests = new ArrayList<>();
        for (int i = 0; i < all.size(); i += OBJECTS_OF_A_GET) {
            requests.add(all.subList(i, Math.min(all.size(), i + OBJECTS_OF_A_GET)));
        }
        return requests;
    }

    private List<OID[]> columns() {
        return agent.mappings().stream()
                .flatMap(mapping -> mapping.tables().stream())
                .map(table ->
                        // Two columns may read one object in two ways.
                        table.columns().values().stream()
                                .map(ManagedObject::oid)
                                .distinct()
                                .toArray(OID[]::new))
                .toList();
    }

    private void get(List<OID> objects, Target<UdpAddress> asked, Answers answers)
            throws IOException, InterruptedException, Failed {
        PDU request = new Requests(agent).createPDU(asked);
        request.setType(PDU.GET);
        objects.forEach(object -> request.add(new VariableBinding(object)));
        PDU response = session.ask(request, asked);
        if (response == null) {
            throw timeout();
        }
        if (response.getType() == PDU.REPORT) {
            throw report(response);
        }
        if (response.getErrorStatus() != PDU.noError) {
            throw new Failed(
                    List.of(),
                    new Poll.Trouble("error_status", said("answers with the error " + response.getErrorStatusText())));
        }
        response.getVariableBindings().forEach(answers::add);
    }

    private void table(OID[] columns, Target<UdpAddress> asked, Answers answers) throws InterruptedException, Failed {
        CompletableFuture<TableEvent> end = new CompletableFuture<>();
        // Filled on the session's thread, and read here when it is complete.
        Answers rows = new Answers();
        TableListener listener = new TableListener() {
            @Override
            public boolean next(TableEvent row) {
                take(row);
                return !end.isDone();
            }

            @Override
            public void finished(TableEvent last) {
                take(last);
                var unused = end.complete(last);
            }

            private void take(TableEvent row) {
                if (row.getColumns() != null) {
                    for (VariableBinding binding : row.getColumns()) {
                        rows.add(binding);
                    }
                }
            }

            @Override
            public boolean isFinished() {
                return end.isDone();
            }
        };
        tables.getTable(asked, columns, listener, null, null, null);
        TableEvent last;
        try {
            // A table of many requests may take longer than one answer, and not longer than until the next round.
            Duration patience =
                    agent.source().interval().compareTo(agent.source().timeout()) > 0
                            ? agent.source().interval()
                            : agent.source().timeout();
            last = end.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            var unused = end.cancel(false);
            throw timeout();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        switch (last.getStatus()) {
            case TableEvent.STATUS_OK -> rows.all().forEach(answers::add);
            case TableEvent.STATUS_TIMEOUT -> throw timeout();
            case TableEvent.STATUS_REPORT -> throw report(last.getReportPDU());
            case TableEvent.STATUS_ROW_LIMIT_REACHED ->
                throw new Failed(
                        List.of(),
                        new Poll.Trouble("bad_answer", said("has a table of more than " + MOST_ROWS + " rows")));
            default ->
                throw new Failed(
                        List.of(),
                        new Poll.Trouble("bad_answer", said("cannot tell a table: " + last.getErrorMessage())));
        }
    }

    private Failed timeout() {
        String more = "";
        if (agent.user() == null) {
            more = ", or not to this community";
        } else if (target != null) {
            // Its engine told us who it is; what cannot be decrypted many agents pass over in silence.
            more = " as this user; is 'priv' and 'priv_password' what it has there?";
        }
        return new Failed(
                List.of(),
                new Poll.Trouble(
                        "timeout",
                        said("does not answer within "
                                + agent.source().timeout().toMillis() + " ms" + more)));
    }

    /** The agent's security model refuses what we asked; RFC 3414, clause 3.2. */
    private Failed report(@Nullable PDU report) {
        OID counter =
                report == null || report.size() == 0 ? null : report.get(0).getOid();
        Refusal refusal = counter == null ? null : Refusal.of(counter);
        if (refusal == null) {
            return new Failed(List.of(), new Poll.Trouble("bad_answer", said("answers with the report " + counter)));
        }
        String words = switch (refusal) {
            case UNKNOWN_ENGINE -> "is another engine by now";
            case UNKNOWN_USER -> "knows no such user";
            case WRONG_DIGEST -> "finds our digest wrong: 'auth' or 'auth_password' is another one there";
            case DECRYPTION_ERROR -> "cannot decrypt: 'priv' or 'priv_password' is another one there";
            case NOT_IN_TIME_WINDOW -> "finds our time wrong, even after it told us its own";
            default -> "lets the user in on another security level only";
        };
        String user = agent.user() == null ? null : agent.user().name();
        return new Failed(List.of(refused(refusal, user, words)), new Poll.Trouble("unauthorized", said(words)));
    }

    private Intake refused(Refusal refusal, @Nullable String principal, String words) {
        String node = agent.source().placement().node();
        return refusal.event(
                clock.instant(),
                agent.source().id(),
                node == null ? agent.address().host() : node,
                true,
                principal,
                agent.address().host(),
                1,
                words,
                intake);
    }

    private String said(String what) {
        return agent.source().target() + ": " + what;
    }
}
