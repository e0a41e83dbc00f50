package org.millrace.wire.frame;

import static org.millrace.wire.frame.FrameType.from;
import static org.millrace.wire.frame.FrameType.fromEither;
import static org.millrace.wire.frame.LinkEnd.BROKER;
import static org.millrace.wire.frame.LinkEnd.CLIENT;
import static org.millrace.wire.frame.LinkPhase.AUTHENTICATION;
import static org.millrace.wire.frame.LinkPhase.GREETING;
import static org.millrace.wire.frame.LinkPhase.OPEN;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.millrace.foundation.Check;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.*;

/**
 * The table of all frames: one definition each. Codes are never reused; a new frame takes a free
 * one of its group. Fields are written in the order of the record's components.
 */
public final class FrameTypes {
    private static final SessionKind[] SESSION_KINDS = SessionKind.values();
    private static final SubscriptionKind[] SUBSCRIPTION_KINDS = SubscriptionKind.values();
    private static final XaOperation[] XA_OPERATIONS = XaOperation.values();
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Address.Kind[] ADDRESS_KINDS = Address.Kind.values();

    private static final int STRING_MIN_BYTES = 4;
    private static final int RANGE_BYTES = 16;
    private static final int BRANCH_MIN_BYTES = 12;
    private static final int DELIVERY_MIN_BYTES = 36;

    private static final List<FrameType<?>> CONNECTION =
            List.of(
                    from(CLIENT, 1, Hello.class)
                            .during(GREETING)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.lowestVersion());
                                        out.i32(f.highestVersion());
                                        out.i64(f.features());
                                        out.string(f.product());
                                    },
                                    in -> new Hello(in.i32(), in.i32(), in.i64(), in.string())),
                    from(BROKER, 2, Welcome.class)
                            .during(GREETING)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.version());
                                        out.i64(f.features());
                                        out.string(f.brokerName());
                                        out.i64(f.incarnation());
                                        out.i32(f.maxFrameBytes());
                                        out.i32(f.idleTimeoutMillis());
                                        out.list(f.mechanisms(), (m, o) -> o.string(m));
                                    },
                                    in ->
                                            new Welcome(
                                                    in.i32(),
                                                    in.i64(),
                                                    in.string(),
                                                    in.i64(),
                                                    in.i32(),
                                                    in.i32(),
                                                    in.list(
                                                            STRING_MIN_BYTES,
                                                            FieldReader::string))),
                    from(CLIENT, 3, Authenticate.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> {
                                        out.string(f.mechanism());
                                        out.bytes(f.response());
                                    },
                                    in -> new Authenticate(in.string(), in.bytes())),
                    from(BROKER, 4, Challenge.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> out.bytes(f.data()),
                                    in -> new Challenge(in.bytes())),
                    from(BROKER, 5, Authenticated.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> {
                                        out.string(f.user());
                                        out.bytes(f.data());
                                    },
                                    in -> new Authenticated(in.string(), in.bytes())),
                    from(CLIENT, 6, OpenConnection.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.clientId());
                                        out.i64(f.connectionId());
                                        out.i64(f.resumeSecret());
                                    },
                                    in ->
                                            new OpenConnection(
                                                    in.i64(), in.string(), in.i64(), in.i64())),
                    from(BROKER, 7, ConnectionOpened.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i64(f.connectionId());
                                        out.i64(f.resumeSecret());
                                        out.bool(f.resumed());
                                    },
                                    in ->
                                            new ConnectionOpened(
                                                    in.i64(), in.i64(), in.i64(), in.bool())),
                    from(CLIENT, 8, SetClientId.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.clientId());
                                    },
                                    in -> new SetClientId(in.i64(), in.string())),
                    from(CLIENT, 9, CloseConnection.class)
                            .fields(
                                    (f, out) -> out.i64(f.requestId()),
                                    in -> new CloseConnection(in.i64())),
                    fromEither(10, Ping.class)
                            .during(AUTHENTICATION, OPEN)
                            .fields((f, out) -> {}, in -> new Ping()),
                    fromEither(11, Pong.class)
                            .during(AUTHENTICATION, OPEN)
                            .fields((f, out) -> {}, in -> new Pong()),
                    fromEither(12, Goodbye.class)
                            .during(GREETING, OPEN)
                            .fields(
                                    (f, out) -> {
                                        out.error(f.code());
                                        out.string(f.message());
                                    },
                                    in -> new Goodbye(in.error(), in.string())),
                    from(BROKER, 16, Done.class)
                            .fields((f, out) -> out.i64(f.requestId()), in -> new Done(in.i64())),
                    from(BROKER, 17, Failed.class)
                            .during(GREETING, OPEN)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.error(f.code());
                                        out.string(f.message());
                                    },
                                    in -> new Failed(in.i64(), in.error(), in.string())));

    private static final List<FrameType<?>> SESSIONS =
            List.of(
                    from(CLIENT, 20, OpenSession.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.constant(f.kind());
                                        out.i64(f.producerId());
                                    },
                                    in ->
                                            new OpenSession(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(SESSION_KINDS),
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
                                        out.list(f.failed(), FrameTypes::writeRange);
                                    },
                                    in -> new Rollback(in.i64(), in.i32(), ranges(in))),
                    from(CLIENT, 27, Recover.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.list(f.failed(), FrameTypes::writeRange);
                                    },
                                    in -> new Recover(in.i64(), in.i32(), ranges(in))),
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
                                    },
                                    in ->
                                            new Xa(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(XA_OPERATIONS),
                                                    readBranch(in),
                                                    in.i32())),
                    from(BROKER, 30, XaReply.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.result());
                                        out.list(f.branches(), FrameTypes::writeBranch);
                                    },
                                    in ->
                                            new XaReply(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.list(
                                                            BRANCH_MIN_BYTES,
                                                            FrameTypes::readBranch))));

    private static final List<FrameType<?>> PRODUCERS =
            List.of(
                    from(CLIENT, 40, OpenProducer.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.i32(f.producerId());
                                        out.address(f.destination());
                                    },
                                    in ->
                                            new OpenProducer(
                                                    in.i64(), in.i32(), in.i32(), in.address())),
                    from(CLIENT, 41, CloseProducer.class)
                            .fields(
                                    (f, out) -> out.i32(f.producerId()),
                                    in -> new CloseProducer(in.i32())),
                    from(CLIENT, 42, Send.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.producerId());
                                        out.bool(f.persistent());
                                        out.i32(f.priority());
                                        out.i64(f.deliverAtMillis());
                                        out.bytes(f.batch().bytes());
                                    },
                                    in ->
                                            new Send(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.bool(),
                                                    in.i32(),
                                                    in.i64(),
                                                    in.batch())));

    private static final List<FrameType<?>> CONSUMERS =
            List.of(
                    from(CLIENT, 50, OpenConsumer.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.i32(f.consumerId());
                                        out.address(f.destination());
                                        out.constant(f.kind());
                                        out.string(f.subscription());
                                        out.string(f.selector());
                                        out.bool(f.noLocal());
                                        out.i64(f.resumeToken());
                                    },
                                    in ->
                                            new OpenConsumer(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.i32(),
                                                    in.address(),
                                                    in.constant(SUBSCRIPTION_KINDS),
                                                    in.string(),
                                                    in.string(),
                                                    in.bool(),
                                                    in.i64())),
                    from(BROKER, 51, ConsumerOpened.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i64(f.resumeToken());
                                    },
                                    in -> new ConsumerOpened(in.i64(), in.i64())),
                    from(CLIENT, 52, CloseConsumer.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.consumerId());
                                        out.i64(f.lastSeenDeliveryId());
                                    },
                                    in -> new CloseConsumer(in.i64(), in.i32(), in.i64())),
                    from(CLIENT, 53, Credit.class)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.consumerId());
                                        out.i32(f.messages());
                                    },
                                    in -> new Credit(in.i32(), in.i32())),
                    from(CLIENT, 54, Drain.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.consumerId());
                                    },
                                    in -> new Drain(in.i64(), in.i32())),
                    from(BROKER, 55, Reclaim.class)
                            .fields(
                                    (f, out) -> out.i32(f.consumerId()),
                                    in -> new Reclaim(in.i32())),
                    from(BROKER, 56, Deliver.class)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.consumerId());
                                        out.i32(f.epoch());
                                        out.list(f.deliveries(), FrameTypes::writeDelivery);
                                    },
                                    in -> new Deliver(in.i32(), in.i32(), deliveries(in))),
                    from(CLIENT, 57, Acknowledge.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.constant(f.outcome());
                                        out.string(f.cause());
                                        out.list(f.deliveries(), FrameTypes::writeRange);
                                    },
                                    in ->
                                            new Acknowledge(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(OUTCOMES),
                                                    in.string(),
                                                    ranges(in))),
                    from(CLIENT, 58, Release.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.list(f.deliveries(), FrameTypes::writeRange);
                                    },
                                    in -> new Release(in.i64(), in.i32(), ranges(in))),
                    from(BROKER, 59, EndpointClosed.class)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.endpointId());
                                        out.bool(f.isProducer());
                                        out.error(f.code());
                                        out.string(f.message());
                                    },
                                    in ->
                                            new EndpointClosed(
                                                    in.i32(), in.bool(), in.error(), in.string())),
                    from(CLIENT, 60, Unsubscribe.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.subscription());
                                    },
                                    in -> new Unsubscribe(in.i64(), in.string())));

    private static final List<FrameType<?>> TEMPORARIES_AND_BROWSERS =
            List.of(
                    from(CLIENT, 70, CreateTemporary.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.constant(f.kind());
                                    },
                                    in ->
                                            new CreateTemporary(
                                                    in.i64(), in.constant(ADDRESS_KINDS))),
                    from(BROKER, 71, TemporaryCreated.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.name());
                                    },
                                    in -> new TemporaryCreated(in.i64(), in.string())),
                    from(CLIENT, 72, DeleteTemporary.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.address(f.destination());
                                    },
                                    in -> new DeleteTemporary(in.i64(), in.address())),
                    from(CLIENT, 80, OpenBrowser.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.browserId());
                                        out.address(f.queue());
                                        out.string(f.selector());
                                    },
                                    in ->
                                            new OpenBrowser(
                                                    in.i64(), in.i32(), in.address(), in.string())),
                    from(CLIENT, 81, BrowseNext.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.browserId());
                                        out.i32(f.maxMessages());
                                    },
                                    in -> new BrowseNext(in.i64(), in.i32(), in.i32())),
                    from(BROKER, 82, BrowsePage.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.bool(f.last());
                                        out.list(f.messages(), FrameTypes::writeDelivery);
                                    },
                                    in -> new BrowsePage(in.i64(), in.bool(), deliveries(in))),
                    from(CLIENT, 83, CloseBrowser.class)
                            .fields(
                                    (f, out) -> out.i32(f.browserId()),
                                    in -> new CloseBrowser(in.i32())));

    private static final List<FrameType<?>> ALL =
            Stream.of(CONNECTION, SESSIONS, PRODUCERS, CONSUMERS, TEMPORARIES_AND_BROWSERS)
                    .flatMap(List::stream)
                    .toList();

    private static final FrameType<?>[] BY_CODE = new FrameType<?>[256];
    private static final Map<Class<?>, FrameType<?>> BY_CLASS =
            ALL.stream().collect(Collectors.toMap(FrameType::frame, Function.identity()));

    static {
        for (FrameType<?> type : ALL) {
            Check.invariant(BY_CODE[type.code()] == null, "two frames have code %d", type.code());
            BY_CODE[type.code()] = type;
        }
        for (Class<?> frame : Frame.class.getPermittedSubclasses()) {
            Check.invariant(BY_CLASS.containsKey(frame), "%s has no definition", frame);
        }
    }

    private FrameTypes() {}

    /** In the order of their codes. */
    public static List<FrameType<?>> all() {
        return ALL;
    }

    static FrameType<?> of(Frame frame) {
        return BY_CLASS.get(frame.getClass());
    }

    static Optional<FrameType<?>> ofCode(int code) {
        return Optional.ofNullable(BY_CODE[code & 0xff]);
    }

    private static void writeRange(DeliveryRange range, FieldWriter out) {
        out.i64(range.first());
        out.i64(range.last());
    }

    private static List<DeliveryRange> ranges(FieldReader in) {
        return in.list(RANGE_BYTES, item -> new DeliveryRange(item.i64(), item.i64()));
    }

    private static void writeBranch(XaBranch branch, FieldWriter out) {
        out.i32(branch.formatId());
        out.bytes(branch.globalTransactionId());
        out.bytes(branch.branchQualifier());
    }

    private static XaBranch readBranch(FieldReader in) {
        return new XaBranch(in.i32(), in.bytes(), in.bytes());
    }

    private static void writeDelivery(Delivery delivery, FieldWriter out) {
        out.i64(delivery.deliveryId());
        out.i32(delivery.partition());
        out.i64(delivery.offset());
        out.i64(delivery.timestamp());
        out.i32(delivery.deliveryCount());
        out.bytes(delivery.record());
    }

    private static List<Delivery> deliveries(FieldReader in) {
        return in.list(
                DELIVERY_MIN_BYTES,
                item ->
                        new Delivery(
                                item.i64(),
                                item.i32(),
                                item.i64(),
                                item.i64(),
                                item.i32(),
                                item.bytes()));
    }
}
