package org.millrace.broker.simulation;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.millrace.foundation.Loop;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.AdminOperation;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;

/**
 * An administrator with a link of its own that nobody cuts: one operation after the other, by the
 * frames of the command line. An answer counts at the moment when the broker writes it.
 */
final class Operator implements LinkListener {
    /** One operation, and what follows from its end; exactly one of the three is called. */
    interface Task {
        Frame.Admin request(long requestId);

        /** The broker has written the result. */
        void granted(String result);

        void refused(Frame.Failed why);

        /** The broker was lost before it answered. */
        void unanswered();

        static <A> Frame.Admin frame(long requestId, AdminOperation<A, ?> operation, A arguments) {
            return new Frame.Admin(requestId, operation.name(), AdminJson.write(arguments));
        }
    }

    private static final Duration LONGEST_BACK_OFF = Duration.ofMillis(300);

    private final World world;
    private final Tasks tasks;
    private final Loop loop;
    private final RandomGenerator chance;
    private final Duration longestPause;
    private Link link;
    private boolean open;
    private Optional<Task> running = Optional.empty();
    private long requestId;
    private int finished;

    Operator(World world, Tasks tasks, Loop loop, Duration longestPause, RandomGenerator chance) {
        this.world = world;
        this.tasks = tasks;
        this.loop = loop;
        this.longestPause = longestPause;
        this.chance = chance;
    }

    void start() {
        loop.execute(this::connect);
        actLater();
    }

    boolean isQuiet() {
        return running.isEmpty();
    }

    /** How many operations were carried out. */
    int finished() {
        return finished;
    }

    private void actLater() {
        loop.after(upTo(longestPause), this::act);
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(1 + chance.nextLong(longest.toNanos()));
    }

    private void act() {
        if (open && running.isEmpty()) {
            Optional<Task> next = world.isCalm() ? tasks.last() : tasks.next();
            next.ifPresent(this::begin);
        }
        actLater();
    }

    private void begin(Task task) {
        running = Optional.of(task);
        Frame.Admin request = task.request(++requestId);
        world.story().tell("operator asks for %s %s", request.operation(), request.arguments());
        link.write(request);
        link.flush();
    }

    /** The broker writes a frame to this link. */
    void written(Frame frame) {
        if (frame instanceof Frame.AdminReply reply && reply.requestId() == requestId) {
            world.story().tell("operator is granted %.200s", reply.result());
            finished++;
            end().ifPresent(task -> task.granted(reply.result()));
        } else if (frame instanceof Frame.Failed failed && failed.requestId() == requestId) {
            world.story().tell("operator is refused: %s", failed);
            end().ifPresent(task -> task.refused(failed));
        }
    }

    private Optional<Task> end() {
        Optional<Task> ended = running;
        running = Optional.empty();
        return ended;
    }

    /** The broker is lost, with whatever was on its way. */
    void brokerGone() {
        open = false;
        end().ifPresent(
                        task -> {
                            world.story().tell("operator is not answered");
                            task.unanswered();
                        });
    }

    // ---------------------------------------------------------------- link

    private void connect() {
        if (!world.connect(this, loop)) {
            loop.after(upTo(LONGEST_BACK_OFF), this::connect);
        }
    }

    @Override
    public void onOpen(Link opened) {
        link = opened;
        link.write(new Frame.Hello(1, 1, 0, "operator"));
        link.flush();
    }

    @Override
    public void onFrame(Frame frame) {
        if (frame instanceof Frame.Welcome) {
            link.write(new Frame.Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        } else if (frame instanceof Frame.Authenticated) {
            link.write(new Frame.OpenConnection(++requestId, "", 0, 0));
        } else if (frame instanceof Frame.ConnectionOpened) {
            open = true;
        }
    }

    @Override
    public void onReadComplete() {
        link.flush();
    }

    @Override
    public void onDrained() {
        // One request at a time needs no room.
    }

    @Override
    public void onClose(String reason) {
        open = false;
        loop.after(upTo(LONGEST_BACK_OFF), this::connect);
    }
}
