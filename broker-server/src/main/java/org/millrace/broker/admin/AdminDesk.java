package org.millrace.broker.admin;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Queue;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.frame.FrameLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the operations of administrators. Confined to the broker loop; rights are checked before.
 *
 * <p>The JSON library is loaded with the first operation, elsewhere: a broker that nobody
 * administers does not pay for it, and one that somebody does goes on meanwhile.
 *
 * <pre>
 *   UNUSED --first operation--> LOADING --loaded--> READY
 * </pre>
 */
public final class AdminDesk {
    private enum State {
        UNUSED,
        LOADING,
        READY
    }

    private static final Logger LOG = LoggerFactory.getLogger(AdminDesk.class);

    /** Operations that may wait until the first can be carried out. */
    private static final int MAX_WAITING = 1000;

    private final Rooms rooms;
    private final AdminPlan plan;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private State state = State.UNUSED;
    private OperationTable operations;

    public AdminDesk(Rooms rooms, AdminPlan plan) {
        this.rooms = rooms;
        this.plan = plan;
    }

    /**
     * Carries out one operation; answers at once or in a later turn.
     *
     * @param arguments as JSON
     * @param asker for the log: who and from where
     */
    public void carryOut(String operation, String arguments, String asker, Answer<String> answer) {
        Runnable act = () -> run(operation, arguments, asker, answer);
        if (state == State.READY) {
            act.run();
        } else if (waiting.size() < MAX_WAITING) {
            waiting.add(act);
            load();
        } else {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.RESOURCE_LIMIT,
                            "%d operations wait; %s was not carried out; try again later",
                            MAX_WAITING,
                            operation));
        }
    }

    private void load() {
        if (state == State.UNUSED) {
            state = State.LOADING;
            Loop loop = rooms.ground().loop();
            plan.loading()
                    .execute(
                            () -> {
                                AdminJson.load();
                                loop.execute(this::loaded);
                            });
        }
    }

    private void loaded() {
        operations = OperationTable.of(rooms, plan);
        state = State.READY;
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    private void run(String operation, String arguments, String asker, Answer<String> answer) {
        LOG.debug("{} asks for {} {}", asker, operation, arguments);
        try {
            operations.run(
                    operation,
                    arguments,
                    asker,
                    Answer.of(result -> send(operation, result, answer), answer::refused));
        } catch (RefusedException refused) {
            answer.refused(refused);
        } catch (IllegalArgumentException wrong) {
            answer.refused(new RefusedException(ErrorCode.INVALID_ARGUMENT, wrong.getMessage()));
        }
    }

    private static void send(String operation, String result, Answer<String> answer) {
        int bytes = result.getBytes(StandardCharsets.UTF_8).length;
        if (bytes <= FrameLimits.STRING_BYTES) {
            answer.granted(result);
        } else {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.RESOURCE_LIMIT,
                            "the result of %s takes %d bytes, more than the %d that one answer may",
                            operation,
                            bytes,
                            FrameLimits.STRING_BYTES));
        }
    }
}
