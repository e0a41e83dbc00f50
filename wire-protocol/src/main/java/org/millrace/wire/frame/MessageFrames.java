package org.millrace.wire.frame;

import static org.millrace.wire.frame.FrameType.from;
import static org.millrace.wire.frame.LinkEnd.BROKER;
import static org.millrace.wire.frame.LinkEnd.CLIENT;

import java.util.List;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame.*;

/**
 * Definitions of the frames about producers (codes 40 to 49), consumers (50 to 69), temporary
 * destinations (70 to 79) and browsers (80 to 89); see {@link FrameTypes}.
 */
final class MessageFrames {
    private static final SubscriptionKind[] SUBSCRIPTION_KINDS = SubscriptionKind.values();
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Address.Kind[] ADDRESS_KINDS = Address.Kind.values();
    private static final int DELIVERY_MIN_BYTES = 36;

    static final List<FrameType<?>> PRODUCERS =
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

    static final List<FrameType<?>> CONSUMERS =
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
                                        out.list(f.deliveries(), MessageFrames::writeDelivery);
                                    },
                                    in -> new Deliver(in.i32(), in.i32(), deliveries(in))),
                    from(CLIENT, 57, Acknowledge.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.constant(f.outcome());
                                        out.string(f.cause());
                                        out.list(f.deliveries(), SessionFrames::writeRange);
                                    },
                                    in ->
                                            new Acknowledge(
                                                    in.i64(),
                                                    in.i32(),
                                                    in.constant(OUTCOMES),
                                                    in.string(),
                                                    SessionFrames.ranges(in))),
                    from(CLIENT, 58, Release.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i32(f.sessionId());
                                        out.list(f.deliveries(), SessionFrames::writeRange);
                                    },
                                    in ->
                                            new Release(
                                                    in.i64(), in.i32(), SessionFrames.ranges(in))),
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

    static final List<FrameType<?>> TEMPORARIES_AND_BROWSERS =
            List.of(
                    from(CLIENT, 70, CreateTemporary.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.constant(f.kind());
                                        out.string(f.name());
                                    },
                                    in ->
                                            new CreateTemporary(
                                                    in.i64(),
                                                    in.constant(ADDRESS_KINDS),
                                                    in.string())),
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
                                        out.list(f.messages(), MessageFrames::writeDelivery);
                                    },
                                    in -> new BrowsePage(in.i64(), in.bool(), deliveries(in))),
                    from(CLIENT, 83, CloseBrowser.class)
                            .fields(
                                    (f, out) -> out.i32(f.browserId()),
                                    in -> new CloseBrowser(in.i32())));

    private MessageFrames() {}

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
