package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.Fault;
import io.qorrelate.collectors.source.NoCredentials;
import java.io.IOException;
import java.net.DatagramPacket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snmp4j.CommandResponder;
import org.snmp4j.CommandResponderEvent;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.MessageException;
import org.snmp4j.PDU;
import org.snmp4j.TransportStateReference;
import org.snmp4j.asn1.BERInputStream;
import org.snmp4j.asn1.BEROutputStream;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.mp.StatusInformation;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityParameters;
import org.snmp4j.security.SecurityStateReference;
import org.snmp4j.security.USM;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.Integer32;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/**
 * Hears traps and informs, lets in what is a user's, and says why it does not let in the rest. All of it happens on the socket's
 * thread, one message after the other, and none of it waits.
 */
final class TrapListener implements AutoCloseable {
    /** What becomes of a message. */
    interface Ears {
        void let(Notice notice);

        void refuse(Refusal refusal, String peer, @Nullable String principal, String detail);

        /** It is none of SNMP's, or ends too early. */
        void reject(byte[] message, String peer, String detail);

        /** There were too many of its kind to look into it. */
        void drop(String reason);
    }

    private static final Logger LOG = LoggerFactory.getLogger(TrapListener.class);

    /** The kernel keeps so much, if it is allowed to, while this process collects its garbage. */
    private static final int KERNEL_BYTES = 4 << 20;

    /** Whether a password was rotated is looked at so often. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /** As for ids that are derived from an event's content: 128 bits. */
    private static final int ID_BYTES = 16;

    /** Beginning of a count of starts that needs no file: each start has a later second than the one before. */
    private static final Instant BOOTS_BEGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final TrapPort port;
    private final Ears ears;
    private final InstantSource clock;
    private final USM security;
    private final MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
    private final DefaultUdpTransportMapping transport;
    private final int boots;

    /** Engines of which a message was genuine; touched on the socket's thread alone. */
    private final Set<OctetString> known = new HashSet<>();

    private final Admission admission;

    private String stamp;
    private @Nullable OctetString community;
    private long lookedNanos = System.nanoTime();

    /** The message that is being looked at, and what the security model said of it. */
    private Instant received = Instant.EPOCH;

    private String peer = "";
    private @Nullable Envelope envelope;
    private @Nullable Integer status;
    private boolean settled;

    TrapListener(TrapPort port, Ears ears, InstantSource clock) throws IOException {
        this.port = port;
        this.ears = ears;
        this.clock = clock;
        admission = new Admission(System::nanoTime);
        boots = Math.toIntExact(Duration.between(BOOTS_BEGIN, clock.instant()).toSeconds());
        security = new WatchedSecurity();
        stamp = stamp();
        reveal();
        SecurityModels models = new SecurityModels();
        models.addSecurityModel(security);
        dispatcher.addMessageProcessingModel(new MPv3(
                port.engine().getValue(), null, security.getSecurityProtocols(), models, CounterSupport.getInstance()));
        if (port.community() != null) {
            dispatcher.addMessageProcessingModel(new MPv2c());
        }
        dispatcher.addCommandResponder(new Responder());
        transport = listen();
    }

    private DefaultUdpTransportMapping listen() throws IOException {
        try {
            DefaultUdpTransportMapping socket = new Socket(port.address().resolve());
            socket.setReceiveBufferSize(KERNEL_BYTES);
            dispatcher.addTransportMapping(socket);
            socket.addTransportListener(dispatcher);
            socket.listen();
            return socket;
        } catch (IOException e) {
            throw new IOException(
                    "source " + port.source().id() + " cannot listen on "
                            + port.source().target() + ": " + e.getMessage(),
                    e);
        }
    }

    int port() {
        UdpAddress address = transport.getListenAddress();
        return address == null ? 0 : address.getPort();
    }

    @Override
    public void close() {
        try {
            transport.close();
        } catch (IOException e) {
            LOG.debug("closing the socket", e);
        }
    }

    private String stamp() {
        StringBuilder all = new StringBuilder();
        port.users().values().forEach(user -> all.append(user.stamp()).append('\n'));
        return all.append(port.source().credentials().stamp()).toString();
    }

    private void reveal() throws NoCredentials {
        security.removeAllUsers();
        for (SnmpUser user : port.users().values()) {
            security.addUser(user.reveal());
        }
        community = port.community() == null
                ? null
                : new OctetString(port.community().revealText());
    }

    private void lookForRotatedPasswords() {
        long now = System.nanoTime();
        if (now - lookedNanos < LOOK_EVERY.toNanos()) {
            return;
        }
        lookedNanos = now;
        String changed = stamp();
        if (!changed.equals(stamp)) {
            stamp = changed;
            try {
                reveal();
                LOG.info("source {}: its credentials changed", port.source().id());
            } catch (NoCredentials e) {
                LOG.warn("source {}: {}", port.source().id(), e.getMessage());
            }
        }
    }

    private void hear(DatagramPacket packet, Runnable open) {
        received = clock.instant();
        peer = packet.getAddress().getHostAddress();
        envelope = null;
        status = null;
        settled = false;
        lookForRotatedPasswords();
        byte[] message =
                Arrays.copyOfRange(packet.getData(), packet.getOffset(), packet.getOffset() + packet.getLength());
        Envelope read;
        try {
            read = Envelope.read(message, message.length);
        } catch (IOException e) {
            ears.reject(message, peer, "not a message of SNMP: " + e.getMessage());
            return;
        }
        envelope = read;
        if (!isWorthOpening(read)) {
            return;
        }
        open.run();
        boolean stranger = isForeign(read) && !known.contains(read.engine());
        if (stranger && settled && status != null && status == SnmpConstants.SNMPv3_USM_OK) {
            known.add(read.engine());
        } else if (stranger) {
            // Nothing is kept of who only claims to be somebody.
            security.removeEngineTime(read.engine());
            var unused = security.removeAllUsers(new OctetString(read.user()), read.engine());
        }
        if (!settled) {
            judge(read, message);
        }
    }

    /** Whether it is an engine's own message, as traps are, and not one to us. */
    private boolean isForeign(Envelope read) {
        return read.security() != null
                && read.engine().length() > 0
                && !read.engine().equals(port.engine());
    }

    private boolean isWorthOpening(Envelope read) {
        if (read.version() == SnmpConstants.version2c && community != null) {
            return true;
        }
        if (read.version() != SnmpConstants.version3 || read.security() == null) {
            refuse(
                    Refusal.NOT_LET_IN,
                    null,
                    read.version() == SnmpConstants.version3
                            ? "a security model that is not let in"
                            : "a version that is not let in: "
                                    + (read.version() == 0 ? "1" : read.version() == 1 ? "2c" : "unknown"));
            return false;
        }
        if (!isForeign(read) || known.contains(read.engine())) {
            return true;
        }
        if (!port.engines().isEmpty() && !port.engines().contains(read.engine())) {
            refuse(
                    Refusal.UNKNOWN_ENGINE,
                    read.user(),
                    "engine " + Engines.text(read.engine().getValue()) + " is none of 'engines'");
            return false;
        }
        if (!port.users().containsKey(read.user())) {
            refuse(Refusal.UNKNOWN_USER, read.user(), "no such user");
            return false;
        }
        if (!admission.admits(known.size())) {
            // To make a key for an engine takes milliseconds, which a forger of engines would have us spend.
            settled = true;
            ears.drop("too_many_engines");
            return false;
        }
        return true;
    }

    private void judge(Envelope read, byte[] message) {
        if (status == null) {
            ears.reject(message, peer, "not a message of SNMP: it cannot be decoded");
            return;
        }
        switch (status) {
            case SnmpConstants.SNMPv3_USM_OK -> {
                // The digest was right, and what came of decrypting is nothing.
                if (read.isPrivate()) {
                    refuse(Refusal.DECRYPTION_ERROR, read.user(), "it does not decrypt to a message");
                } else {
                    ears.reject(message, peer, "not a message of SNMP: it cannot be decoded");
                }
            }
            case SnmpConstants.SNMPv3_USM_UNKNOWN_ENGINEID -> {
                // RFC 3414, clause 4: who asks which engine we are does so with a message to none.
                if (read.engine().length() > 0 || !read.isReportable()) {
                    refuse(Refusal.UNKNOWN_ENGINE, read.user(), "unknown engine");
                }
            }
            case SnmpConstants.SNMPv3_USM_UNKNOWN_SECURITY_NAME ->
                refuse(Refusal.UNKNOWN_USER, read.user(), "no such user");
            case SnmpConstants.SNMPv3_USM_UNSUPPORTED_SECURITY_LEVEL ->
                refuse(Refusal.UNSUPPORTED_SECURITY_LEVEL, read.user(), "more protected than the user can be");
            case SnmpConstants.SNMPv3_USM_NOT_IN_TIME_WINDOW -> {
                if (!asksForOurTime(read)) {
                    refuse(Refusal.NOT_IN_TIME_WINDOW, read.user(), "genuine, and from another time");
                }
            }
            case SnmpConstants.SNMPv3_USM_DECRYPTION_ERROR ->
                refuse(Refusal.DECRYPTION_ERROR, read.user(), "it cannot be decrypted");
            default -> refuse(Refusal.WRONG_DIGEST, read.user(), "wrong digest");
        }
    }

    /** Who sends an inform learns our time by a message of time zero, or after our restart by one of before; RFC 3414, clause 4. */
    private boolean asksForOurTime(Envelope read) {
        return read.security() != null
                && !isForeign(read)
                && read.isReportable()
                && read.security().getAuthoritativeEngineBoots() < boots;
    }

    private void refuse(Refusal refusal, @Nullable String principal, String detail) {
        settled = true;
        ears.refuse(refusal, peer, principal, detail);
    }

    /** Tells what it thinks of each message, which the library keeps to itself in parts. */
    private final class WatchedSecurity extends USM {
        private static final long serialVersionUID = 1L;

        WatchedSecurity() {
            super(SnmpSession.protocols(), port.engine(), boots);
        }

        @Override
        public int processIncomingMsg(
                int snmpVersion,
                int maxMessageSize,
                SecurityParameters securityParameters,
                SecurityModel securityModel,
                int securityLevel,
                BERInputStream wholeMsg,
                TransportStateReference tmStateReference,
                OctetString securityEngineID,
                OctetString securityName,
                BEROutputStream scopedPDU,
                Integer32 maxSizeResponseScopedPDU,
                SecurityStateReference securityStateReference,
                StatusInformation statusInfo)
                throws IOException {
            int result = super.processIncomingMsg(
                    snmpVersion,
                    maxMessageSize,
                    securityParameters,
                    securityModel,
                    securityLevel,
                    wholeMsg,
                    tmStateReference,
                    securityEngineID,
                    securityName,
                    scopedPDU,
                    maxSizeResponseScopedPDU,
                    securityStateReference,
                    statusInfo);
            status = result;
            return result;
        }
    }

    private final class Socket extends DefaultUdpTransportMapping {
        Socket(UdpAddress address) throws IOException {
            super(address);
        }

        @Override
        protected void fireProcessMessage(DatagramPacket packet, ByteBuffer bytes, TransportStateReference state) {
            try {
                hear(packet, () -> super.fireProcessMessage(packet, bytes, state));
            } catch (RuntimeException | Error e) {
                // A fault of ours that a message brings out; the next one is heard all the same.
                LOG.warn(
                        "source {}: hearing a message failed: {}", port.source().id(), Fault.inWords(e), e);
            }
        }
    }

    private final class Responder implements CommandResponder {
        @Override
        public <A extends Address> void processPdu(CommandResponderEvent<A> event) {
            event.setProcessed(true);
            PDU pdu = event.getPDU();
            Envelope read = envelope;
            if (read == null || settled) {
                return;
            }
            String user = null;
            if (event.getMessageProcessingModel() == SnmpConstants.version2c) {
                if (community == null || !MessageDigest.isEqual(event.getSecurityName(), community.getValue())) {
                    refuse(Refusal.WRONG_COMMUNITY, null, "wrong community of version 2c");
                    return;
                }
            } else {
                user = read.user();
                SnmpUser known = port.users().get(user);
                if (known == null || event.getSecurityLevel() < known.securityLevel()) {
                    refuse(Refusal.UNSUPPORTED_SECURITY_LEVEL, user, "less protected than the user's messages are");
                    return;
                }
            }
            if (pdu.getType() != PDU.TRAP && pdu.getType() != PDU.INFORM) {
                refuse(Refusal.NOT_LET_IN, user, "neither a trap nor an inform");
                return;
            }
            settled = true;
            ears.let(notice(event, read));
        }

        private Notice notice(CommandResponderEvent<?> event, Envelope read) {
            Answers variables = new Answers();
            event.getPDU().getVariableBindings().forEach(variables::add);
            byte[] raw = variables.text().getBytes(StandardCharsets.UTF_8);
            String sender = isForeign(read) ? Engines.text(read.engine().getValue()) : peer;
            int request = event.getPDU().getRequestID().getValue();
            return new Notice(
                    variables,
                    sender.equals(peer) ? List.of(peer) : List.of(sender, peer),
                    received,
                    raw,
                    id(sender + " " + request + "\n", raw),
                    event.getPDU().getType() == PDU.INFORM ? () -> acknowledge(event) : () -> {});
        }
    }

    /** The same for what is sent again: an inform that was not answered in time, a trap on two ways. */
    private static String id(String sender, byte[] raw) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(sender.getBytes(StandardCharsets.UTF_8));
            digest.update(raw);
            return HexFormat.of().formatHex(Arrays.copyOf(digest.digest(), ID_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private void acknowledge(CommandResponderEvent<?> event) {
        PDU response = (PDU) event.getPDU().clone();
        response.setType(PDU.RESPONSE);
        response.setErrorStatus(PDU.noError);
        response.setErrorIndex(0);
        try {
            int result = dispatcher.returnResponsePdu(
                    event.getMessageProcessingModel(),
                    event.getSecurityModel(),
                    event.getSecurityName(),
                    event.getSecurityLevel(),
                    response,
                    event.getMaxSizeResponsePDU(),
                    event.getStateReference(),
                    new StatusInformation());
            if (result != SnmpConstants.SNMP_MP_OK) {
                LOG.debug("an inform could not be answered: {}", SnmpConstants.mpErrorMessage(result));
            }
        } catch (MessageException e) {
            // It is sent again, and is the same event then.
            LOG.debug("an inform could not be answered", e);
        }
    }
}
