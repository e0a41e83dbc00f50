package org.millrace.wire.frame;

import static org.millrace.wire.frame.FrameType.from;
import static org.millrace.wire.frame.LinkEnd.BROKER;
import static org.millrace.wire.frame.LinkEnd.CLIENT;

import java.util.List;
import org.millrace.wire.frame.Frame.*;

/**
 * Definitions of the frames about sessions and transactions, codes 20 to 39; see {@link
 * FrameTypes}.
 */
final class SessionFrames {
    private static final SessionKind[] SESSION_KINDS = SessionKind.values();
    private static final XaOperation[] XA_OPERATIONS = XaOperation.values();
    private static final int RANGE_BYTES = 16;
    private static final int BRANCH_MIN_BYTES = 12;
    private static final int FAILURE_MIN_BYTES = 12;

    static final List<FrameType<?>> ALL =
            List.of(
                    from(CLIENT, 20, OpenSession.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.constant(f.kind());
                                        out.i64(f.producerId());
                                        out.i64(f.deliveriesAfter());
                                    },
                                    in ->
                                            new OpenSession(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(SESSION_KINDS),
                                                    in.i64(),
                                                    in.i64())),
                    from(BROKER, 21, SessionOpened.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i64(f.producerId());
                                        out.i16(f.producerEpoch());
                                    },
                                    in -> new SessionOpened(in.i64(), in.i64(), in.i16())),
                    from(CLIENT, 22, CloseSession.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                    },
                                    in -> new CloseSession(in.i64(), in.i32())),
                    from(CLIENT, 23, Commit.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.i64(f.commitNumber());
                                    },
                                    in -> new Commit(in.i64(), in.i32(), in.i64())),
                    from(CLIENT, 24, AskCommit.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i64(f.producerId());
                                        out.i64(f.commitNumber());
                                    },
                                    in -> new AskCommit(in.i64(), in.i64(), in.i64())),
                    from(BROKER, 25, CommitOutcome.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.bool(f.committed());
                                    },
                                    in -> new CommitOutcome(in.i64(), in.bool())),
                    from(CLIENT, 26, Rollback.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.list(f.failed(), SessionFrames::writeRange);
                                        out.list(f.causes(), SessionFrames::writeFailure);
                                    },
                                    in ->
                                            new Rollback(
                                                    in.i64(), in.i32(), ranges(in), failures(in))),
                    from(CLIENT, 27, Recover.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.list(f.failed(), SessionFrames::writeRange);
                                        out.list(f.causes(), SessionFrames::writeFailure);
                                    },
                                    in ->
                                            new Recover(
                                                    in.i64(), in.i32(), ranges(in), failures(in))),
                    from(BROKER, 28, SessionReset.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.epoch());
                                    },
                                    in -> new SessionReset(in.i64(), in.i32())),
                    from(CLIENT, 29, Xa.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.constant(f.operation());
                                        writeBranch(f.branch(), out);
                                        out.i32(f.timeoutSeconds());
                                        out.i64(f.commitNumber());
                                    },
                                    in ->
                                            new Xa(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(XA_OPERATIONS),
                                                    readBranch(in),
                                                    in.i32(),
                                                    in.i64())),
                    from(BROKER, 30, XaReply.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.result());
                                        out.string(f.message());
                                        out.list(f.branches(), SessionFrames::writeBranch);
                                    },
                                    in ->
                                            new XaReply(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.string(),
                                                    in.list(
                                                            BRANCH_MIN_BYTES,
                                                            SessionFrames::readBranch))));

    private SessionFrames() {}

    static void writeRange(DeliveryRange range, FieldWriter out) {
        out.i64(range.first());
        out.i64(range.last());
    }

    static List<DeliveryRange> ranges(FieldReader in) {
        return in.list(RANGE_BYTES, item -> new DeliveryRange(item.i64(), item.i64()));
    }

    private static void writeFailure(DeliveryFailure failure, FieldWriter out) {
        out.i64(failure.deliveryId());
        out.string(failure.cause());
    }

    private static List<DeliveryFailure> failures(FieldReader in) {
        return in.list(FAILURE_MIN_BYTES, item -> new DeliveryFailure(item.i64(), item.string()));
    }

    private static void writeBranch(XaBranch branch, FieldWriter out) {
        out.i32(branch.formatId());
        out.bytes(branch.globalTransactionId());
        out.bytes(branch.branchQualifier());
    }

    private static XaBranch readBranch(FieldReader in) {
        return new XaBranch(in.i32(), in.bytes(), in.bytes());
    }
}
