package org.millrace.jms.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.millrace.foundation.ThreadLoop;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.message.JmsTextMessage;
import org.millrace.jms.message.MessageEncoder;
import org.millrace.jms.message.MessageOptions;
import org.millrace.jms.message.Origin;
import org.millrace.jms.message.SendFacts;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.FrameLimits;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;
import org.millrace.wire.link.LinkSettings;
import org.millrace.wire.link.VmServer;
import org.millrace.wire.record.MessageId;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * A broker without a mind of its own: answers what opens and closes things, records every frame,
 * and leaves the rest to the test, which speaks on the link that was opened last.
 */
final class ScriptedBroker implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int PATIENCE_SECONDS = 10;

    private final String name = "scripted-" + NAMES.incrementAndGet();
    private final ThreadLoop loop =
            new ThreadLoop(name, InstantSource.system(), Throwable::printStackTrace);
    private final VmServer server = new VmServer(loop, LinkSettings.of(LinkEnd.BROKER), End::new);
    private final LinkedBlockingQueue<Frame> received = new LinkedBlockingQueue<>();
    private final Map<Class<? extends Frame>, Function<Frame, Frame>> rules =
            new ConcurrentHashMap<>();
    private volatile Link link;
    private final AtomicLong lastDeliveryId = new AtomicLong();
    final AtomicInteger epoch = new AtomicInteger();

    private ScriptedBroker() {
        on(Frame.Hello.class, ask -> welcome("ANONYMOUS", "PLAIN"));
        on(Frame.Authenticate.class, ask -> new Frame.Authenticated("", empty()));
        on(
                Frame.OpenConnection.class,
                ask -> new Frame.ConnectionOpened(ask.requestId(), 7, 0, false));
        on(Frame.SetClientId.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.CloseConnection.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.OpenSession.class, ask -> new Frame.SessionOpened(ask.requestId(), 42, (short) 3));
        on(Frame.CloseSession.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.OpenProducer.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.OpenConsumer.class, ask -> new Frame.ConsumerOpened(ask.requestId(), 0));
        on(Frame.CloseConsumer.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.Drain.class, ask -> new Frame.Done(ask.requestId()));
        on(
                Frame.Recover.class,
                ask -> new Frame.SessionReset(ask.requestId(), epoch.incrementAndGet()));
        on(
                Frame.Rollback.class,
                ask -> new Frame.SessionReset(ask.requestId(), epoch.incrementAndGet()));
        on(Frame.Commit.class, ask -> new Frame.Done(ask.requestId()));
        on(Frame.Send.class, ask -> doneUnlessUnasked(ask.requestId()));
        on(Frame.Acknowledge.class, ask -> doneUnlessUnasked(ask.requestId()));
    }

    static ScriptedBroker start() {
        ScriptedBroker broker = new ScriptedBroker();
        broker.server.start(broker.name);
        return broker;
    }

    static Frame.Welcome welcome(String... mechanisms) {
        int maxFrameBytes = FrameLimits.DEFAULT.maxFrameBytes();
        return new Frame.Welcome(1, 0, "scripted", 1, 1, maxFrameBytes, 0, List.of(mechanisms));
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocate(0);
    }

    private static Frame doneUnlessUnasked(long requestId) {
        return requestId == Frame.NO_REPLY ? null : new Frame.Done(requestId);
    }

    MillraceConnectionFactory factory(String options) {
        return new MillraceConnectionFactory("vm://" + name + options);
    }

    MillraceConnectionFactory factory() {
        return factory("");
    }

    // ---- the script

    /** How frames of this type are answered from now on; null for not at all. */
    <F extends Frame> void on(Class<F> type, Function<F, Frame> answer) {
        rules.put(type, frame -> answer.apply(type.cast(frame)));
    }

    /** Frames of this type are left for the test to answer. */
    void hold(Class<? extends Frame> type) {
        rules.remove(type);
    }

    /** The next frame of this type; those before it are passed over. */
    <F extends Frame> F expect(Class<F> type) throws InterruptedException {
        while (true) {
            Frame frame = received.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(frame).as("a %s should have come", type.getSimpleName()).isNotNull();
            if (type.isInstance(frame)) {
                return type.cast(frame);
            }
        }
    }

    /** Frames of this type that came and no one has expected yet; they stay. */
    <F extends Frame> List<F> waiting(Class<F> type) {
        return received.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void say(Frame frame) {
        link.write(frame);
        link.flush();
    }

    /** Answers a held request. */
    void done(long requestId) {
        say(new Frame.Done(requestId));
    }

    /** Delivers text messages as first attempts; their ids ascend from 1. */
    void deliver(int consumerId, String... texts) throws Exception {
        deliverAgain(consumerId, 1, texts);
    }

    void deliverAgain(int consumerId, int deliveryCount, String... texts) throws Exception {
        List<Frame.Delivery> deliveries = new ArrayList<>();
        for (String text : texts) {
            deliveries.add(
                    new Frame.Delivery(
                            lastDeliveryId.incrementAndGet(),
                            0,
                            lastDeliveryId.get(),
                            1,
                            deliveryCount,
                            record(text, 0)));
        }
        say(new Frame.Deliver(consumerId, epoch.get(), deliveries));
    }

    void deliverExpired(int consumerId, String text) throws Exception {
        Frame.Delivery delivery =
                new Frame.Delivery(
                        lastDeliveryId.incrementAndGet(),
                        0,
                        lastDeliveryId.get(),
                        1,
                        1,
                        record(text, 1));
        say(new Frame.Deliver(consumerId, epoch.get(), List.of(delivery)));
    }

    private static ByteBuffer record(String text, long expiration) throws Exception {
        JmsTextMessage message = new JmsTextMessage(MessageOptions.DEFAULT);
        message.setText(text);
        RecordBatchBuilder batch = new RecordBatchBuilder(1);
        new MessageEncoder(new Origin(1, "", ""), MessageOptions.DEFAULT)
                .encode(
                        message,
                        new SendFacts(
                                new MillraceQueue("q"),
                                2,
                                4,
                                1,
                                expiration,
                                1,
                                new MessageId(9, 1),
                                java.util.Set.of()),
                        batch);
        Record record = batch.build().iterator().next();
        return record.bytes();
    }

    void cut() {
        link.close();
    }

    /** Cuts, and takes no new links until {@link #comeBack}. */
    void vanish() {
        server.close();
        cut();
    }

    void comeBack() {
        server.start(name);
    }

    /** The broker's end of one link. */
    private final class End implements LinkListener {
        private Link own;

        @Override
        public void onOpen(Link opened) {
            own = opened;
            link = opened;
        }

        @Override
        public void onFrame(Frame frame) {
            received.add(frame);
            Function<Frame, Frame> rule = rules.get(frame.getClass());
            Frame answer = rule == null ? null : rule.apply(frame);
            if (answer != null) {
                own.write(answer);
            }
        }

        @Override
        public void onReadComplete() {
            own.flush();
        }

        @Override
        public void onDrained() {}

        @Override
        public void onClose(String reason) {}
    }

    @Override
    public void close() {
        server.close();
        loop.close();
    }
}
