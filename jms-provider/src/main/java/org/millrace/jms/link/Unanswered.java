package org.millrace.jms.link;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.ProtocolException;

/**
 * The requests of one connection that wait for their answer, by number. Any thread.
 *
 * <p>{@link Reply#askedOn} is written before the reply enters the table, afterwards only by who
 * holds the lock of the link's life.
 */
final class Unanswered {
    private final Map<Long, Reply> byId = new ConcurrentHashMap<>();

    void add(long requestId, Reply reply) {
        byId.put(requestId, reply);
    }

    /** False when nobody waits for it. */
    boolean answer(long requestId, Frame answer) {
        Reply reply = byId.remove(requestId);
        if (reply == null) {
            return false;
        }
        reply.complete(answer);
        return true;
    }

    /** Writes what may be asked on any line on this one, in the order of the numbers. */
    void askAgain(Line line) {
        Long[] ids = byId.keySet().toArray(new Long[0]);
        Arrays.sort(ids);
        for (Long requestId : ids) {
            Reply reply = byId.get(requestId);
            if (reply != null && !reply.isBound()) {
                askAgain(requestId, reply, line);
            }
        }
    }

    /** Writes one request on another line than before. */
    void askAgain(long requestId, Reply reply, Line line) {
        reply.askAgainOn(line.number());
        try {
            line.write(reply.request());
        } catch (ProtocolException tooLarge) {
            refuse(requestId, tooLarge);
        }
    }

    void refuse(long requestId, ProtocolException reason) {
        answer(requestId, new Frame.Failed(requestId, reason.code(), reason.getMessage()));
    }

    void fail(long requestId, ErrorCode code, String reason) {
        answer(requestId, new Frame.Failed(requestId, code, reason));
    }

    /** The line of this number is lost: what has a meaning only there fails. */
    void failBoundTo(int lineNumber, String reason) {
        failThose(reply -> reply.isBound() && reply.isFor(lineNumber), ErrorCode.LINK_LOST, reason);
    }

    void failAll(ErrorCode code, String reason) {
        failThose(reply -> true, code, reason);
    }

    private void failThose(Predicate<Reply> which, ErrorCode code, String reason) {
        byId.forEach(
                (requestId, reply) -> {
                    if (which.test(reply)) {
                        fail(requestId, code, reason);
                    }
                });
    }
}
