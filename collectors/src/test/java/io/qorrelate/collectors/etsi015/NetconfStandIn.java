package io.qorrelate.collectors.etsi015;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/** The far end of NETCONF, on MINA's SSH server: says what a test has it say. */
final class NetconfStandIn implements AutoCloseable {
    /** How the far end speaks. */
    @FunctionalInterface
    interface Behaviour {
        void speak(InputStream in, OutputStream out) throws Exception;
    }

    static final String USER = "monitor";
    static final String PASSWORD = "s3cret";

    private final SshServer server = SshServer.setUpDefaultServer();
    private final AtomicReference<Behaviour> behaviour = new AtomicReference<>((in, out) -> {});
    private final List<PublicKey> allowed = new CopyOnWriteArrayList<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    NetconfStandIn(KeyPair hostKey) throws IOException {
        server.setHost("127.0.0.1");
        server.setPort(0);
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPasswordAuthenticator((user, password, session) -> user.equals(USER) && password.equals(PASSWORD));
        server.setPublickeyAuthenticator((user, key, session) -> user.equals(USER) && allowed.contains(key));
        server.setSubsystemFactories(List.of(new SubsystemFactory() {
            @Override
            public String getName() {
                return "netconf";
            }

            @Override
            public Command createSubsystem(ChannelSession channel) {
                return new Speaker();
            }
        }));
        server.start();
    }

    String url() {
        return "ssh://127.0.0.1:" + server.getPort();
    }

    void allow(PublicKey key) {
        allowed.add(key);
    }

    /** Operations that it was asked for. */
    List<String> asked() {
        return asked;
    }

    void behaves(Behaviour next) {
        behaviour.set(next);
    }

    /**
     * Says hello and answers every operation with one text, in which {@code $id} stands for the message's id.
     *
     * @param chunked whether it says that it can speak in chunks
     */
    void answers(boolean chunked, String answer, String... then) {
        behaves((in, out) -> {
            NetconfFrames frames = new NetconfFrames(in, out, 1 << 20);
            frames.send("<hello xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><capabilities>"
                    + "<capability>urn:ietf:params:netconf:base:1.0</capability>"
                    + (chunked ? "<capability>urn:ietf:params:netconf:base:1.1</capability>" : "")
                    + "</capabilities><session-id>1</session-id></hello>");
            NetconfFrames.Message message = frames.next();
            if (chunked) {
                frames.inChunks();
            }
            while ((message = frames.next()) != null) {
                String rpc = new String(message.bytes(), StandardCharsets.UTF_8);
                asked.add(rpc);
                frames.send(answer.replace("$id", rpc.replaceAll("(?s).*message-id=\"(\\d+)\".*", "$1")));
                if (rpc.contains("create-subscription")) {
                    for (String each : then) {
                        frames.send(each);
                    }
                }
            }
        });
    }

    static String reply(String content) {
        return "<rpc-reply xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\" message-id=\"$id\">" + content
                + "</rpc-reply>";
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }

    private final class Speaker implements Command {
        private InputStream in = InputStream.nullInputStream();
        private OutputStream out = OutputStream.nullOutputStream();
        private ExitCallback exit = (code, message, close) -> {};

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            // nothing is said there
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }

        @Override
        public void start(ChannelSession channel, Environment environment) {
            Thread.ofVirtual().start(() -> {
                try {
                    behaviour.get().speak(in, out);
                } catch (Exception e) {
                    // The other end has gone.
                }
                exit.onExit(0);
            });
        }

        @Override
        public void destroy(ChannelSession channel) {
            // ends with its streams
        }
    }
}
