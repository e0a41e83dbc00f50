package org.millrace.broker.simulation;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.millrace.foundation.Loop;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;

/**
 * A JMS client in small: one connection with its sessions, on its own loop, that speaks frames,
 * acts by chance, and connects again whenever its link is lost.
 */
final class ModelClient implements LinkListener {
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(40);
    private static final Duration LONGEST_BACK_OFF = Duration.ofMillis(300);

    private final String name;
    private final String clientId;
    private final World world;
    private final Loop loop;
    private final RandomGenerator chance;
    private final List<ModelSession> sessions = new ArrayList<>();
    private final Map<Long, Consumer<Frame>> replies = new LinkedHashMap<>();
    private Link link;
    private Life life;
    private boolean open;
    private long lastRequestId;
    private int lastId;
    private long connectionId;
    private long resumeSecret;
    private long incarnation;

    /** {@code clientId} is empty for none. */
    ModelClient(String name, String clientId, World world, Loop loop, RandomGenerator chance) {
        this.name = name;
        this.clientId = clientId;
        this.world = world;
        this.loop = loop;
        this.chance = chance;
    }

    ModelSession newSession(
            Frame.SessionKind kind, List<Address> destinations, List<ModelConsumer> consumers) {
        String sessionName = name + "/" + (sessions.size() + 1);
        ModelSession session =
                new ModelSession(
                        sessionName,
                        kind,
                        new ModelSession.Work(destinations, consumers),
                        this,
                        world,
                        chance);
        sessions.add(session);
        return session;
    }

    void start() {
        loop.execute(this::connect);
        actLater();
    }

    String name() {
        return name;
    }

    Loop loop() {
        return loop;
    }

    Life life() {
        return life;
    }

    /** Of the broker that was spoken to last. */
    long incarnation() {
        return incarnation;
    }

    /** Nothing is under way, and everything is open that should be. */
    boolean isQuiet() {
        return open && replies.isEmpty() && sessions.stream().allMatch(ModelSession::isQuiet);
    }

    @Override
    public String toString() {
        return "%s%s %d requests %s"
                .formatted(name, open ? "" : " closed", replies.size(), sessions);
    }

    Stream<String> preparing() {
        return sessions.stream().flatMap(ModelSession::preparing);
    }

    /** Everything is open that should be. */
    boolean isAssembled() {
        return open && sessions.stream().allMatch(ModelSession::isAssembled);
    }

    // ---------------------------------------------------------------- acting

    private void actLater() {
        int times = world.isCalm() ? 1 : world.tempo();
        loop.after(upTo(LONGEST_PAUSE.multipliedBy(times)), this::act);
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(chance.nextLong(longest.toNanos() + 1));
    }

    private void act() {
        if (open) {
            if (!world.isCalm() && chance.nextInt(400) == 0) {
                closeConnection();
            } else if (!world.branches().isEmpty() && chance.nextInt(3) == 0) {
                world.branches().act(this);
            } else if (!world.isCalm() && chance.nextInt(25) == 0) {
                browse();
            } else {
                sessions.get(chance.nextInt(sessions.size())).act();
            }
            link.flush();
        }
        actLater();
    }

    private void browse() {
        List<Address> queues =
                world.destinations().stream().filter(each -> !each.kind().isTopic()).toList();
        ModelBrowser.look(this, world, queues.get(chance.nextInt(queues.size())), chance);
    }

    /** In order: whatever the sessions hold is given back. */
    private void closeConnection() {
        if (!sessions.stream().allMatch(ModelSession::mayClose)) {
            return;
        }
        world.story().tell("%s closes its connection", name);
        sessions.forEach(ModelSession::closedWithConnection);
        world.ledger().disturbed();
        request(Frame.CloseConnection::new, done -> link.close());
        open = false;
        connectionId = 0;
        resumeSecret = 0;
    }

    // ---------------------------------------------------------------- talking

    int nextId() {
        return ++lastId;
    }

    void request(LongFunction<Frame> frame, Consumer<Frame> reply) {
        long id = ++lastRequestId;
        replies.put(id, reply);
        link.write(frame.apply(id));
    }

    /** As {@link #request}, for a request that can only be granted. */
    void requestDone(LongFunction<Frame> frame, Runnable done) {
        request(
                frame,
                reply -> {
                    if (reply instanceof Frame.Done) {
                        done.run();
                    } else {
                        world.ledger().violated("%s was told %s instead of done", name, reply);
                    }
                });
    }

    void write(Frame frame) {
        link.write(frame);
    }

    // ---------------------------------------------------------------- connecting

    private void connect() {
        Optional<Life> opened = world.connect(name, loop, this);
        if (opened.isPresent()) {
            life = opened.get();
        } else {
            connectLater();
        }
    }

    private void connectLater() {
        loop.after(upTo(LONGEST_BACK_OFF), this::connect);
    }

    @Override
    public void onOpen(Link opened) {
        link = opened;
        lastRequestId = 0;
        link.write(new Frame.Hello(1, 1, 0, "model"));
        link.flush();
    }

    private void openConnection() {
        request(
                id -> new Frame.OpenConnection(id, clientId, connectionId, resumeSecret),
                reply -> {
                    if (reply instanceof Frame.ConnectionOpened opened) {
                        world.story().tell("%s is connected", name);
                        connectionId = opened.connectionId();
                        resumeSecret = opened.resumeSecret();
                        open = true;
                        sessions.forEach(ModelSession::restore);
                    } else {
                        // The broker has not noticed yet that the link before this one is lost.
                        refused(reply, ErrorCode.INVALID_CLIENT_ID);
                        link.close();
                    }
                });
    }

    /** Whether this refusal is one that may happen here; all others are violations. */
    boolean refused(Frame reply, ErrorCode... expected) {
        if (reply instanceof Frame.Failed failed) {
            for (ErrorCode each : expected) {
                if (failed.code() == each) {
                    world.story().tell("%s was refused: %s", name, failed);
                    return true;
                }
            }
        }
        world.ledger().violated("%s was told %s", name, reply);
        return false;
    }

    // ---------------------------------------------------------------- link

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof Frame.Deliver deliver) {
            long writtenTick = life.arrives();
            sessions.forEach(session -> session.onDeliver(deliver, writtenTick));
        } else if (frame instanceof Frame.Reclaim reclaim) {
            sessions.forEach(session -> session.onReclaim(reclaim));
        } else if (frame instanceof Frame.Welcome welcome) {
            incarnation = welcome.incarnation();
            link.write(new Frame.Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        } else if (frame instanceof Frame.Authenticated) {
            openConnection();
        } else if (frame instanceof Frame.EndpointClosed closed) {
            sessions.forEach(session -> session.onClosed(closed));
        } else if (frame instanceof Frame.Goodbye goodbye) {
            onGoodbye(goodbye);
        } else {
            onReply(frame);
        }
    }

    private void onGoodbye(Frame.Goodbye goodbye) {
        world.story().tell("%s hears %s", name, goodbye);
        boolean expected =
                life.isOver()
                        || goodbye.code() == ErrorCode.BROKER_STOPPED && world.isBrokerStopping();
        if (!expected) {
            world.ledger().violated("%s hears %s for no reason", name, goodbye);
        }
    }

    private void onReply(Frame frame) {
        long id = requestIdOf(frame);
        Consumer<Frame> reply = replies.remove(id);
        if (frame instanceof Frame.Failed refused && id == Frame.NO_REPLY) {
            world.story().tell("%s lost a message: %s", name, refused);
        } else if (reply == null) {
            world.ledger().violated("%s did not ask for %s", name, frame);
        } else {
            reply.accept(frame);
        }
    }

    private static long requestIdOf(Frame frame) {
        if (frame instanceof Frame.Done done) {
            return done.requestId();
        } else if (frame instanceof Frame.Failed failed) {
            return failed.requestId();
        } else if (frame instanceof Frame.ConnectionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.BrowsePage page) {
            return page.requestId();
        } else if (frame instanceof Frame.XaReply xa) {
            return xa.requestId();
        } else if (frame instanceof Frame.SessionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConsumerOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.SessionReset reset) {
            return reset.requestId();
        } else if (frame instanceof Frame.CommitOutcome outcome) {
            return outcome.requestId();
        }
        return Frame.NO_REPLY;
    }

    @Override
    public void onReadComplete() {
        link.flush();
    }

    @Override
    public void onDrained() {
        // A model client never waits for room on its link.
    }

    @Override
    public void onClose(String reason) {
        world.story().tell("%s lost its link: %s", name, reason);
        if (life != null) {
            life.end();
        }
        open = false;
        replies.clear();
        world.ledger().disturbed();
        sessions.forEach(ModelSession::lost);
        connectLater();
    }
}
