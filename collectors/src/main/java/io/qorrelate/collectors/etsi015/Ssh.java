package io.qorrelate.collectors.etsi015;

import io.qorrelate.collectors.source.Credentials;
import io.qorrelate.collectors.source.HttpConnection;
import io.qorrelate.collectors.source.NoCredentials;
import io.qorrelate.collectors.source.Secret;
import io.qorrelate.collectors.source.Source;
import io.qorrelate.model.AuthFailure;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.auth.password.PasswordIdentityProvider;
import org.apache.sshd.client.channel.ChannelSubsystem;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.AttributeRepository;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.jspecify.annotations.Nullable;

/** Opens channels to the subsystem {@code netconf} of nodes. One client serves all of them: it has threads, and they need none. */
final class Ssh {
    /**
     * An open channel.
     *
     * @param session that it belongs to, and is closed with
     */
    record Connection(ClientSession session, ChannelSubsystem channel) implements AutoCloseable {
        @Override
        public void close() {
            // At once: an orderly end would be waited for from a node that no longer answers.
            var unused = session.close(true);
        }
    }

    /** RFC 6242, section 3. */
    private static final String SUBSYSTEM = "netconf";

    /** A node that is silent because it has no news still answers a keep-alive; one that is gone is noticed in two of these. */
    private static final Duration HEARTBEAT = Duration.ofSeconds(60);

    private static final AttributeKey<HostKeys> EXPECTED = new AttributeKey<>();

    private static final AttributeKey<AtomicReference<PublicKey>> STRANGER = new AttributeKey<>();

    private @Nullable SshClient client;

    /** Starts when the first node is spoken to; its threads do not keep the process. */
    private synchronized SshClient client() {
        SshClient running = client;
        if (running == null) {
            running = SshClient.setUpDefaultClient();
            // What the user who runs us has under ~/.ssh is none of a source's business.
            running.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
            running.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
            running.setPasswordIdentityProvider(PasswordIdentityProvider.EMPTY_PASSWORDS_PROVIDER);
            running.setServerKeyVerifier((session, address, key) -> isExpected(session, key));
            CoreModuleProperties.HEARTBEAT_INTERVAL.set(running, HEARTBEAT);
            CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(running, 1);
            CoreModuleProperties.IDLE_TIMEOUT.set(running, Duration.ZERO);
            running.start();
            client = running;
        }
        return running;
    }

    private static boolean isExpected(ClientSession session, PublicKey key) {
        AttributeRepository context = session.getConnectionContext();
        HostKeys expected = context.getAttribute(EXPECTED);
        if (expected != null && expected.contains(key)) {
            return true;
        }
        AtomicReference<PublicKey> stranger = context.getAttribute(STRANGER);
        if (stranger != null) {
            stranger.set(key);
        }
        return false;
    }

    /**
     * Connects and logs in.
     *
     * @throws SshRefusal where one end does not believe the other
     * @throws NoCredentials where a credential cannot be had
     * @throws IOException in words, where the node cannot be reached in time
     */
    Connection connect(Source source, URI target, HostKeys expected) throws IOException {
        Credentials credentials = source.credentials();
        Secret username = credentials.get(HttpConnection.USERNAME);
        if (username == null) {
            throw new NoCredentials("'username' is missing in the credentials");
        }
        Secret password = credentials.get(HttpConnection.PASSWORD);
        Secret key = credentials.get("key");
        String secret = password == null ? null : password.revealText();
        KeyPair pair = key == null ? null : SshKey.read(key, credentials.get("key_password"));

        AtomicReference<PublicKey> stranger = new AtomicReference<>();
        AttributeRepository context =
                AttributeRepository.ofAttributesMap(Map.of(EXPECTED, expected, STRANGER, stranger));
        Duration patience = source.timeout();
        ClientSession session = null;
        boolean open = false;
        try {
            session = client().connect(username.revealText(), target.getHost(), target.getPort(), context, null)
                    .verify(patience)
                    .getSession();
            if (pair != null) {
                session.addPublicKeyIdentity(pair);
            }
            if (secret != null) {
                session.addPasswordIdentity(secret);
            }
            login(session, stranger, patience);
            ChannelSubsystem channel = session.createSubsystemChannel(SUBSYSTEM);
            channel.open().verify(patience);
            open = true;
            return new Connection(session, channel);
        } catch (SshRefusal e) {
            throw e;
        } catch (IOException e) {
            throw new IOException(inWords(e, patience), e);
        } finally {
            if (session != null && !open) {
                var unused = session.close(true);
            }
        }
    }

    private static void login(ClientSession session, AtomicReference<PublicKey> stranger, Duration patience)
            throws IOException {
        try {
            session.auth().verify(patience);
        } catch (IOException e) {
            PublicKey shown = stranger.get();
            if (shown != null) {
                throw new SshRefusal(
                        AuthFailure.Reason.BAD_CERTIFICATE,
                        false,
                        "its host key " + HostKeys.fingerprint(shown) + " is none of those in 'host_key'");
            }
            if (session.isOpen() && e instanceof SshException && !isTimeout(e)) {
                throw new SshRefusal(AuthFailure.Reason.BAD_CREDENTIALS, true, "it does not let us log in");
            }
            throw e;
        }
    }

    private static boolean isTimeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static String inWords(IOException failure, Duration patience) {
        if (isTimeout(failure)) {
            return "does not answer within " + patience.toMillis() + " ms";
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "cannot be asked: its name is not known";
            }
            if (cause instanceof ConnectException) {
                return "cannot be asked: nobody takes the connection";
            }
        }
        return "cannot be asked: " + failure.getMessage();
    }
}
