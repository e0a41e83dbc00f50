package org.millrace.broker.connection;

import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.loop.Turn;
import org.millrace.broker.session.ConsumerEndpoint;
import org.millrace.broker.session.Peer;
import org.millrace.broker.session.ProducerEndpoint;
import org.millrace.broker.session.Rooms;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link and what became of it. Confined to the broker loop, on which its link calls it.
 *
 * <pre>
 *   GREETING --Hello--> AUTHENTICATING --accepted--> AUTHENTICATED --OpenConnection--> OPEN
 *   any --CloseConnection, loss, violation, stop--> ENDED
 * </pre>
 *
 * A frame that is not allowed in the state closes this link only. Back-pressure: above {@code
 * maxOutstandingBytes} of sends that are not durable the link is not read.
 */
public final class ClientConnection implements LinkListener, Peer {
    private enum State {
        GREETING,
        AUTHENTICATING,
        AUTHENTICATED,
        OPEN,
        ENDED
    }

    /** What a connection needs beside the rooms of its sessions. */
    public record Doors(
            Connections connections,
            Authenticator authenticator,
            RandomGenerator chance,
            long incarnation) {}

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Rooms rooms;
    private final Doors doors;
    private final BrokerSettings settings;
    private State state = State.GREETING;
    private Link link;
    private Authenticator.Conversation conversation;
    private Requests requests;
    private long connectionId;
    private long resumeSecret;
    private Optional<String> clientId = Optional.empty();
    private long outstandingBytes;
    private boolean reading = true;
    private boolean flushDue;

    public ClientConnection(Rooms rooms, Doors doors) {
        this.rooms = rooms;
        this.doors = doors;
        this.settings = rooms.ground().settings();
    }

    // ---------------------------------------------------------------- link

    @Override
    public void onOpen(Link opened) {
        rooms.ground().loop().assertInLoop();
        link = opened;
        if (!doors.connections().admit(this)) {
            dismiss(ErrorCode.BROKER_STOPPED, "the broker is stopping");
        }
    }

    @Override
    public void onFrame(Frame frame) {
        if (state == State.ENDED || frame instanceof Frame.Goodbye) {
            return;
        }
        try {
            if (state == State.OPEN) {
                requests.handle(frame);
            } else {
                handshake(frame);
            }
        } catch (RefusedException violation) {
            LOG.warn("link with {} closed: {}", peer(), violation.getMessage());
            dismiss(violation.code(), violation.getMessage());
        }
    }

    @Override
    public void onReadComplete() {
        // Flushing waits for the end of the turn.
    }

    @Override
    public void onDrained() {
        if (state == State.OPEN) {
            requests.becameReady();
        }
    }

    @Override
    public void onClose(String reason) {
        lose(reason);
        doors.connections().forget(this);
    }

    // ---------------------------------------------------------------- handshake

    private void handshake(Frame frame) {
        if (state == State.GREETING && frame instanceof Frame.Hello hello) {
            greet(hello);
        } else if (state == State.AUTHENTICATING && frame instanceof Frame.Authenticate attempt) {
            authenticate(attempt);
        } else if (state == State.AUTHENTICATED && frame instanceof Frame.OpenConnection open) {
            open(open);
        } else {
            throw violation("%s is not allowed while %s", frame.getClass().getSimpleName(), state);
        }
    }

    static RefusedException violation(String format, Object... arguments) {
        return RefusedException.of(ErrorCode.PROTOCOL, format, arguments);
    }

    private void greet(Frame.Hello hello) {
        if (hello.lowestVersion() > FrameCodec.VERSION
                || hello.highestVersion() < FrameCodec.VERSION) {
            throw RefusedException.of(
                    ErrorCode.VERSION,
                    "client speaks versions %d to %d, the broker speaks %d",
                    hello.lowestVersion(),
                    hello.highestVersion(),
                    FrameCodec.VERSION);
        }
        become(State.AUTHENTICATING, hello.product());
        write(
                new Frame.Welcome(
                        FrameCodec.VERSION,
                        0,
                        settings.name(),
                        doors.incarnation(),
                        settings.maxFrameBytes(),
                        (int) settings.idleTimeout().toMillis(),
                        doors.authenticator().mechanisms()));
    }

    private void authenticate(Frame.Authenticate attempt) {
        try {
            if (conversation == null) {
                conversation = doors.authenticator().begin(attempt.mechanism());
            }
            Authenticator.Step step = conversation.next(attempt.response());
            if (step instanceof Authenticator.Challenge challenge) {
                write(new Frame.Challenge(challenge.data()));
            } else if (step instanceof Authenticator.Success success) {
                become(State.AUTHENTICATED, "user '" + success.user() + "'");
                write(new Frame.Authenticated(success.user(), success.data()));
            }
        } catch (RefusedException refused) {
            write(new Frame.Failed(Frame.NO_REPLY, refused.code(), refused.getMessage()));
            throw refused;
        }
    }

    private void open(Frame.OpenConnection open) {
        supersede(open);
        try {
            if (!open.clientId().isEmpty()) {
                doors.connections().claim(open.clientId(), this);
                clientId = Optional.of(open.clientId());
            }
            connectionId = rooms.ground().ids().next();
        } catch (RefusedException refused) {
            doors.connections().ended(this);
            clientId = Optional.empty();
            write(new Frame.Failed(open.requestId(), refused.code(), refused.getMessage()));
            return;
        }
        resumeSecret = doors.chance().nextLong();
        requests = new Requests(this, rooms);
        doors.connections().opened(this);
        become(State.OPEN, "connection " + connectionId);
        write(new Frame.ConnectionOpened(open.requestId(), connectionId, resumeSecret, false));
    }

    /** The client came back before its old link was noticed to be dead: that one is lost now. */
    private void supersede(Frame.OpenConnection open) {
        ClientConnection old = doors.connections().find(open.connectionId());
        if (old != null && old.resumeSecret == open.resumeSecret()) {
            old.dismiss(ErrorCode.ILLEGAL_STATE, "its client has opened another link");
        }
    }

    /** §6.1.2. */
    void setClientId(String wanted) {
        if (clientId.isPresent()) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "the connection has client id '%s' already",
                    clientId.get());
        }
        doors.connections().claim(wanted, this);
        clientId = Optional.of(wanted);
    }

    // ---------------------------------------------------------------- end

    /** In order: sessions, temporary destinations, client id. */
    void close() {
        requests.close();
        end("closed by its client");
    }

    private void lose(String reason) {
        if (state == State.OPEN) {
            requests.lose();
        }
        end(reason);
    }

    private void end(String reason) {
        if (state != State.ENDED) {
            doors.connections().ended(this);
            become(State.ENDED, reason);
        }
    }

    /** The broker ends the connection: what it held is released as when its link is lost. */
    void dismiss(ErrorCode code, String reason) {
        lose(reason);
        link.write(new Frame.Goodbye(code, reason));
        link.flush();
        link.close();
    }

    private void become(State next, String reason) {
        LOG.debug("{}: {} -> {} ({})", peer(), state, next, reason);
        state = next;
    }

    // ---------------------------------------------------------------- as its sessions see it

    @Override
    public void write(Frame frame) {
        link.write(frame);
        if (!flushDue) {
            flushDue = true;
            rooms.ground().turn().atEnd(Turn.Phase.FLUSH, this::flush);
        }
    }

    private void flush() {
        flushDue = false;
        link.flush();
    }

    @Override
    public boolean isCongested() {
        return link.isCongested();
    }

    @Override
    public void outstanding(long bytes) {
        outstandingBytes += bytes;
        if (reading && outstandingBytes > settings.maxOutstandingBytes()) {
            reading = false;
            link.setReading(false);
        }
    }

    @Override
    public void answered(long bytes) {
        outstandingBytes -= bytes;
        if (!reading && outstandingBytes <= settings.maxOutstandingBytes() / 2) {
            reading = true;
            link.setReading(true);
        }
    }

    @Override
    public void refused(ProducerEndpoint endpoint) {
        requests.forgetProducer(endpoint.id());
    }

    @Override
    public void refused(ConsumerEndpoint endpoint) {
        requests.forgetConsumer(endpoint.id());
    }

    @Override
    public long connectionId() {
        return connectionId;
    }

    @Override
    public Optional<String> clientId() {
        return clientId;
    }

    String peer() {
        return link == null ? "a link that is not open" : link.peer();
    }
}
