package org.millrace.broker.connection;

import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.broker.admin.AdminDesk;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.loop.Turn;
import org.millrace.broker.session.ConsumerEndpoint;
import org.millrace.broker.session.Peer;
import org.millrace.broker.session.ProducerEndpoint;
import org.millrace.broker.session.Rooms;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Loop;
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
 *   GREETING --Hello--> WAITING --mechanisms--> AUTHENTICATING --Authenticate--> WAITING
 *   WAITING --challenge--> AUTHENTICATING
 *   WAITING --accepted--> AUTHENTICATED --OpenConnection--> OPEN
 *   any --CloseConnection, loss, violation, stop--> ENDED
 * </pre>
 *
 * WAITING is for the authenticator. A frame that is not allowed in the state closes this link only.
 * Back-pressure: above {@code maxOutstandingBytes} of sends that are not durable the link is not
 * read.
 */
public final class ClientConnection implements LinkListener, Peer {
    private enum State {
        GREETING,
        WAITING,
        AUTHENTICATING,
        AUTHENTICATED,
        OPEN,
        ENDED
    }

    /** What a connection needs beside the rooms of its sessions. */
    public record Doors(
            Connections connections,
            Authenticator authenticator,
            AdminDesk admin,
            RandomGenerator chance,
            long storeId,
            long incarnation) {}

    private static final Logger LOG = LoggerFactory.getLogger(ClientConnection.class);

    private final Rooms rooms;
    private final Doors doors;
    private final BrokerSettings settings;
    private State state = State.GREETING;
    private Link link;
    private Authenticator.Conversation conversation;
    private String user = "";
    private Role role = Role.USER;
    private Requests requests;
    private Belongings belongings;
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
        become(State.WAITING, hello.product());
        doors.authenticator().offer(offered -> whenWaiting(() -> welcome(offered)));
    }

    /** Answers of the authenticator may come on its own threads, and too late. */
    private void whenWaiting(Runnable answer) {
        Loop loop = rooms.ground().loop();
        if (!loop.inLoop()) {
            loop.execute(() -> whenWaiting(answer));
        } else if (state == State.WAITING) {
            answer.run();
        }
    }

    private void welcome(List<String> mechanisms) {
        conversation = doors.authenticator().begin(peer());
        become(State.AUTHENTICATING, "by one of " + mechanisms);
        write(
                new Frame.Welcome(
                        FrameCodec.VERSION,
                        0,
                        settings.name(),
                        doors.storeId(),
                        doors.incarnation(),
                        settings.maxFrameBytes(),
                        (int) settings.idleTimeout().toMillis(),
                        mechanisms));
    }

    private void authenticate(Frame.Authenticate attempt) {
        become(State.WAITING, "asks by '" + attempt.mechanism() + "'");
        conversation.next(
                attempt.mechanism(),
                attempt.response(),
                step -> whenWaiting(() -> authenticated(step)));
    }

    private void authenticated(Authenticator.Step step) {
        if (step instanceof Authenticator.Challenge challenge) {
            become(State.AUTHENTICATING, "challenged");
            write(new Frame.Challenge(challenge.data()));
        } else if (step instanceof Authenticator.Success success) {
            user = success.user();
            role = success.role();
            become(State.AUTHENTICATED, "user '" + user + "'");
            write(new Frame.Authenticated(success.user(), success.data()));
        } else if (step instanceof Authenticator.Refusal refusal) {
            // Whoever knows that this is worth a warning has written it.
            RefusedException reason = refusal.reason();
            write(new Frame.Failed(Frame.NO_REPLY, reason.code(), reason.getMessage()));
            dismiss(reason.code(), reason.getMessage());
        }
    }

    private void open(Frame.OpenConnection open) {
        Connections connections = doors.connections();
        Optional<Belongings> resumed = connections.resume(open, this);
        Belongings opened =
                resumed.orElseGet(
                        () -> connections.create(open, doors.chance().nextLong(), rooms, this));
        try {
            if (!open.clientId().isEmpty()) {
                connections.claim(open.clientId(), opened);
            }
        } catch (RefusedException refused) {
            if (resumed.isPresent()) {
                connections.keep(opened);
            } else {
                connections.end(opened, "was not opened");
            }
            write(new Frame.Failed(open.requestId(), refused.code(), refused.getMessage()));
            return;
        }
        belongings = opened;
        requests = new Requests(this, belongings, rooms);
        become(State.OPEN, belongings + (resumed.isPresent() ? ", resumed" : ""));
        write(
                new Frame.ConnectionOpened(
                        open.requestId(),
                        opened.connectionId(),
                        opened.resumeSecret(),
                        resumed.isPresent()));
    }

    /** §6.1.2. Asked again after a lost link it is the same. */
    void setClientId(String wanted) {
        if (clientId().isPresent() && !clientId().get().equals(wanted)) {
            throw RefusedException.of(
                    ErrorCode.ILLEGAL_STATE,
                    "the connection has client id '%s' already",
                    clientId().get());
        }
        doors.connections().claim(wanted, belongings);
    }

    /**
     * @throws RefusedException when its user has no right to
     */
    void administer(Frame.Admin asked) {
        if (role != Role.ADMIN) {
            throw RefusedException.of(
                    ErrorCode.SECURITY,
                    "%s may not administer this broker (%s); give the right with"
                            + " 'millrace users role NAME admin' and connect again",
                    user.isEmpty() ? "an anonymous client" : "user '" + user + "'",
                    asked.operation());
        }
        doors.admin()
                .carryOut(
                        asked.operation(),
                        asked.arguments(),
                        user.isEmpty() ? peer() : user + " at " + peer(),
                        Answer.of(
                                result -> write(new Frame.AdminReply(asked.requestId(), result)),
                                why ->
                                        write(
                                                new Frame.Failed(
                                                        asked.requestId(),
                                                        why.code(),
                                                        why.getMessage()))));
    }

    // ---------------------------------------------------------------- end

    /** In order: sessions, temporary destinations, client id. */
    void close() {
        requests.close();
        become(State.ENDED, "closed by its client");
        doors.connections().end(belongings, "was closed");
    }

    /** The link is gone: what it held is released, the connection may be resumed. */
    private void lose(String reason) {
        boolean wasOpen = state == State.OPEN;
        if (state != State.ENDED) {
            become(State.ENDED, reason);
        }
        if (wasOpen) {
            requests.lose();
            doors.connections().keep(belongings);
        }
    }

    /** Its client came back before this link was noticed to be dead. */
    void supersede() {
        dismiss(ErrorCode.ILLEGAL_STATE, "its client has opened another link");
    }

    /** The broker ends the link: as when it is lost. */
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

    /** After the end nothing is answered any more: what was not done must not look done. */
    @Override
    public void write(Frame frame) {
        if (state == State.ENDED) {
            return;
        }
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
    public void suspended(long resumeToken) {
        belongings.suspend(resumeToken);
    }

    @Override
    public boolean resumes(long resumeToken) {
        return belongings.resumes(resumeToken);
    }

    @Override
    public long connectionId() {
        return belongings.connectionId();
    }

    @Override
    public Optional<String> clientId() {
        return belongings.clientId();
    }

    /** Also empty until it is known. */
    @Override
    public String user() {
        return user;
    }

    @Override
    public String peer() {
        return link == null ? "a link that is not open" : link.peer();
    }
}
