package io.qorrelate.collectors.snmp;

import io.qorrelate.collectors.source.NoCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.snmp4j.DirectUserTarget;
import org.snmp4j.MessageDispatcherImpl;
import org.snmp4j.PDU;
import org.snmp4j.SNMP4JSettings;
import org.snmp4j.Snmp;
import org.snmp4j.Target;
import org.snmp4j.event.ResponseEvent;
import org.snmp4j.event.ResponseListener;
import org.snmp4j.mp.CounterSupport;
import org.snmp4j.mp.MPv2c;
import org.snmp4j.mp.MPv3;
import org.snmp4j.mp.SnmpConstants;
import org.snmp4j.security.AuthHMAC128SHA224;
import org.snmp4j.security.AuthHMAC192SHA256;
import org.snmp4j.security.AuthHMAC256SHA384;
import org.snmp4j.security.AuthHMAC384SHA512;
import org.snmp4j.security.PrivAES128;
import org.snmp4j.security.PrivAES192;
import org.snmp4j.security.PrivAES256;
import org.snmp4j.security.SecurityModel;
import org.snmp4j.security.SecurityModels;
import org.snmp4j.security.SecurityProtocols;
import org.snmp4j.security.USM;
import org.snmp4j.security.UsmUser;
import org.snmp4j.smi.Address;
import org.snmp4j.smi.OctetString;
import org.snmp4j.smi.UdpAddress;
import org.snmp4j.transport.DefaultUdpTransportMapping;

/** One socket and one session through which all agents are asked: requests wait for their answers in futures, not in threads. */
final class SnmpSession {
    /** Answers of thousands of agents come together after a pause for the collection of garbage. */
    private static final int KERNEL_BYTES = 4 << 20;

    /** Tries of one request: a datagram may be lost each way. */
    private static final int RETRIES = 2;

    /** The library's tasks end when their answers come; what has waited for longer than this was forgotten. */
    private static final Duration PATIENCE_BEYOND = Duration.ofSeconds(1);

    static {
        // RFC 3414, clause 3.2: who cannot authenticate a request says so without authentication. Such a report names
        // the request's
        // random id, and costs whoever forges one this request at most.
        SNMP4JSettings.setReportSecurityLevelStrategy(SNMP4JSettings.ReportSecurityLevelStrategy.noAuthNoPrivIfNeeded);
    }

    private final Snmp snmp;

    private SnmpSession(Snmp snmp) {
        this.snmp = snmp;
    }

    static SnmpSession open() throws IOException {
        byte[] engine = MPv3.createLocalEngineID();
        SecurityProtocols protocols = protocols();
        SecurityModels models = new SecurityModels();
        models.addSecurityModel(new USM(protocols, new OctetString(engine), 0));
        MessageDispatcherImpl dispatcher = new MessageDispatcherImpl();
        dispatcher.addMessageProcessingModel(new MPv3(engine, null, protocols, models, CounterSupport.getInstance()));
        dispatcher.addMessageProcessingModel(new MPv2c());
        DefaultUdpTransportMapping transport = new DefaultUdpTransportMapping(new UdpAddress("0.0.0.0/0"));
        transport.setReceiveBufferSize(KERNEL_BYTES);
        Snmp snmp = new Snmp(dispatcher, transport);
        snmp.listen();
        return new SnmpSession(snmp);
    }

    /** Those that are let in, and no others. */
    static SecurityProtocols protocols() {
        SecurityProtocols protocols = new SecurityProtocols(SecurityProtocols.SecurityProtocolSet.maxCompatibility);
        protocols.removeAll();
        protocols.addAuthenticationProtocol(new AuthHMAC128SHA224());
        protocols.addAuthenticationProtocol(new AuthHMAC192SHA256());
        protocols.addAuthenticationProtocol(new AuthHMAC256SHA384());
        protocols.addAuthenticationProtocol(new AuthHMAC384SHA512());
        protocols.addPrivacyProtocol(new PrivAES128());
        protocols.addPrivacyProtocol(new PrivAES192());
        protocols.addPrivacyProtocol(new PrivAES256());
        return protocols;
    }

    Snmp snmp() {
        return snmp;
    }

    /** The engine that answers at an address; null where none does in time. RFC 3414, clause 4. */
    byte @Nullable [] discover(UdpAddress address, Duration patience) {
        long each = Math.max(1, patience.toMillis() / (RETRIES + 1));
        byte[] engine = null;
        for (int i = 0; i <= RETRIES && engine == null; i++) {
            engine = snmp.discoverAuthoritativeEngineID(address, each);
        }
        return engine;
    }

    /** An agent as one of its users: keys are made here, once, and not with every request. */
    Target<UdpAddress> target(UdpAddress address, byte[] engine, SnmpUser user, Duration patience)
            throws NoCredentials {
        UsmUser revealed = user.reveal();
        DirectUserTarget<UdpAddress> target = new DirectUserTarget<>();
        target.setAddress(address);
        target.setAuthoritativeEngineID(engine);
        target.setSecurityModel(SecurityModel.SECURITY_MODEL_USM);
        target.setVersion(SnmpConstants.version3);
        var unused = snmp.setLocalizedUserCredentials(
                target,
                snmp.createLocalizedUsmUserEntry(
                        engine,
                        revealed.getSecurityName(),
                        revealed.getAuthenticationProtocol(),
                        revealed.getAuthenticationPassphrase(),
                        revealed.getPrivacyProtocol(),
                        revealed.getPrivacyPassphrase()));
        patient(target, patience);
        return target;
    }

    static void patient(Target<UdpAddress> target, Duration patience) {
        target.setRetries(RETRIES);
        target.setTimeout(Math.max(1, patience.toMillis() / (RETRIES + 1)));
    }

    /**
     * Asks.
     *
     * @return the response or report; null where none comes in time
     * @throws IOException where the request could not be sent
     */
    @Nullable
    PDU ask(PDU request, Target<UdpAddress> target) throws IOException, InterruptedException {
        CompletableFuture<@Nullable PDU> answer = new CompletableFuture<>();
        ResponseListener listener = new ResponseListener() {
            @Override
            public <A extends Address> void onResponse(ResponseEvent<A> event) {
                snmp.cancel(event.getRequest(), this);
                var unused = answer.complete(event.getResponse());
            }
        };
        snmp.send(request, target, null, listener);
        long patience = target.getTimeout() * (target.getRetries() + 1) + PATIENCE_BEYOND.toMillis();
        try {
            return answer.get(patience, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        } finally {
            snmp.cancel(request, listener);
        }
    }

    void close() {
        try {
            snmp.close();
        } catch (IOException e) {
            throw new UncheckedIOException("a socket that cannot be closed", e);
        }
    }
}
