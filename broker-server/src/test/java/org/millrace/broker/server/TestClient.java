package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.millrace.foundation.Loop;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Delivery;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.SubscriptionKind;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/** The other end of a link, frame by frame: says what the test says, remembers what it hears. */
final class TestClient implements Link {
    /** A message as a consumer got it. */
    record Got(long deliveryId, String text, int count, int epoch) {}

    final List<Frame> heard = new ArrayList<>();
    private final TestBroker broker;
    private final Loop loop;
    private final Map<Integer, List<Got>> deliveries = new LinkedHashMap<>();
    private final Map<Integer, Short> epochs = new LinkedHashMap<>();
    private final Map<Integer, Long> producerIds = new LinkedHashMap<>();
    private final Map<Integer, Integer> sessionOfProducer = new LinkedHashMap<>();
    private final Map<Integer, Integer> nextSequence = new LinkedHashMap<>();
    private LinkListener listener;
    private long lastRequestId;
    private int lastId;
    private boolean closed;
    boolean reading = true;
    boolean congested;

    /** Answers every reclaim: it has seen all that it was sent. */
    boolean hasSeenAll;

    private final Map<Integer, Integer> sessionOfConsumer = new LinkedHashMap<>();
    long connectionId;
    long resumeSecret;

    TestClient(TestBroker broker) {
        this.broker = broker;
        this.loop = broker.loop();
    }

    void open(LinkListener accepted) {
        listener = accepted;
        loop.execute(() -> listener.onOpen(this));
        broker.run();
    }

    void shakeHands(String clientId) {
        shakeHands(clientId, 0, 0);
    }

    /** Whether the connection was resumed. */
    boolean shakeHands(String clientId, long oldConnectionId, long oldSecret) {
        say(new Frame.Hello(1, 1, 0, "test"));
        say(new Frame.Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
        Frame.ConnectionOpened opened =
                (Frame.ConnectionOpened)
                        ask(
                                id ->
                                        new Frame.OpenConnection(
                                                id, clientId, oldConnectionId, oldSecret));
        connectionId = opened.connectionId();
        resumeSecret = opened.resumeSecret();
        return opened.resumed();
    }

    // ---------------------------------------------------------------- talking

    /** Says it without letting the broker run. */
    void post(Frame frame) {
        loop.execute(
                () -> {
                    if (!closed) {
                        listener.onFrame(frame);
                    }
                });
    }

    void say(Frame frame) {
        post(frame);
        broker.run();
    }

    /** Posts a request; the answer can be had later. */
    long request(LongFunction<Frame> frame) {
        long id = ++lastRequestId;
        post(frame.apply(id));
        return id;
    }

    Frame ask(LongFunction<Frame> frame) {
        long id = request(frame);
        broker.run();
        return answer(id);
    }

    Frame answer(long requestId) {
        for (Frame frame : heard) {
            if (requestIdOf(frame) == requestId) {
                return frame;
            }
        }
        throw new AssertionError("request " + requestId + " was not answered; heard " + heard);
    }

    boolean isAnswered(long requestId) {
        return heard.stream().anyMatch(frame -> requestIdOf(frame) == requestId);
    }

    void askDone(LongFunction<Frame> frame) {
        assertThat(ask(frame)).isInstanceOf(Frame.Done.class);
    }

    void askRefused(ErrorCode code, LongFunction<Frame> frame) {
        assertThat(ask(frame))
                .isInstanceOfSatisfying(
                        Frame.Failed.class,
                        failed -> assertThat(failed.code()).as(failed.message()).isEqualTo(code));
    }

    private static long requestIdOf(Frame frame) {
        if (frame instanceof Frame.Done done) {
            return done.requestId();
        } else if (frame instanceof Frame.Failed failed) {
            return failed.requestId();
        } else if (frame instanceof Frame.ConnectionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.SessionOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.ConsumerOpened opened) {
            return opened.requestId();
        } else if (frame instanceof Frame.SessionReset reset) {
            return reset.requestId();
        } else if (frame instanceof Frame.CommitOutcome outcome) {
            return outcome.requestId();
        } else if (frame instanceof Frame.TemporaryCreated created) {
            return created.requestId();
        } else if (frame instanceof Frame.BrowsePage page) {
            return page.requestId();
        } else if (frame instanceof Frame.AdminReply reply) {
            return reply.requestId();
        } else if (frame instanceof Frame.XaReply reply) {
            return reply.requestId();
        }
        return -1;
    }

    <F extends Frame> List<F> heard(Class<F> kind) {
        return heard.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    // ---------------------------------------------------------------- sessions and endpoints

    int session(SessionKind kind) {
        return session(kind, 0);
    }

    int session(SessionKind kind, long producerId) {
        int id = ++lastId;
        Frame.SessionOpened opened =
                (Frame.SessionOpened)
                        ask(request -> new Frame.OpenSession(request, id, kind, producerId, 0));
        producerIds.put(id, opened.producerId());
        epochs.put(id, opened.producerEpoch());
        return id;
    }

    long producerIdOf(int session) {
        return producerIds.get(session);
    }

    int producer(int session, Address destination) {
        int id = ++lastId;
        askDone(request -> new Frame.OpenProducer(request, session, id, destination));
        sessionOfProducer.put(id, session);
        return id;
    }

    /** -1 when the broker failed meanwhile. */
    int tryProducer(int session, Address destination) {
        int id = ++lastId;
        long asked = request(request -> new Frame.OpenProducer(request, session, id, destination));
        sessionOfProducer.put(id, session);
        broker.run();
        return isAnswered(asked) ? id : -1;
    }

    /** Of a queue, with a credit of 1; -1 when the broker failed meanwhile. */
    int tryConsumer(int session, Address from) {
        int id = ++lastId;
        sessionOfConsumer.put(id, session);
        long asked =
                request(
                        request ->
                                new Frame.OpenConsumer(
                                        request,
                                        session,
                                        id,
                                        from,
                                        SubscriptionKind.QUEUE,
                                        "",
                                        "",
                                        false,
                                        0));
        post(new Frame.Credit(id, 1));
        broker.run();
        return isAnswered(asked) ? id : -1;
    }

    int queueConsumer(int session, String queue, int credit) {
        return consumer(session, queue(queue), SubscriptionKind.QUEUE, "", "", credit);
    }

    int topicConsumer(int session, String topic, int credit) {
        return consumer(session, topic(topic), SubscriptionKind.NON_DURABLE, "", "", credit);
    }

    int consumer(
            int session,
            Address from,
            SubscriptionKind kind,
            String subscription,
            String selector,
            int credit) {
        int id = ++lastId;
        sessionOfConsumer.put(id, session);
        Frame answer =
                ask(
                        request ->
                                new Frame.OpenConsumer(
                                        request,
                                        session,
                                        id,
                                        from,
                                        kind,
                                        subscription,
                                        selector,
                                        false,
                                        0));
        assertThat(answer).isInstanceOf(Frame.ConsumerOpened.class);
        if (credit > 0) {
            say(new Frame.Credit(id, credit));
        }
        return id;
    }

    void refusedConsumer(
            ErrorCode code, int session, Address from, SubscriptionKind kind, String name) {
        int id = ++lastId;
        askRefused(
                code,
                request ->
                        new Frame.OpenConsumer(
                                request, session, id, from, kind, name, "", false, 0));
    }

    static Address queue(String name) {
        return Address.of(Address.Kind.QUEUE, name);
    }

    static Address topic(String name) {
        return Address.of(Address.Kind.TOPIC, name);
    }

    void closeConsumer(int consumer, long lastSeen) {
        askDone(id -> new Frame.CloseConsumer(id, consumer, lastSeen));
    }

    // ---------------------------------------------------------------- messages

    /** Sends each as a persistent message of its own and waits for all. */
    void send(int producer, String... texts) {
        List<Long> requests = new ArrayList<>();
        for (String text : texts) {
            RecordBatch batch = batch(producer, header().persistent(), text);
            requests.add(request(id -> new Frame.Send(id, producer, true, 4, 0, batch)));
        }
        broker.run();
        requests.forEach(id -> assertThat(answer(id)).isInstanceOf(Frame.Done.class));
    }

    void send(int producer, TestMessage... messages) {
        for (TestMessage message : messages) {
            askDone(id -> sending(id, producer, message));
        }
    }

    /** Sends persistent messages of one key, each of its own. */
    void sendKeyed(int producer, String key, String... texts) {
        for (String text : texts) {
            askDone(
                    id ->
                            new Frame.Send(
                                    id,
                                    producer,
                                    true,
                                    4,
                                    0,
                                    keyed(producer, List.of(key), List.of(text))));
        }
    }

    /** One batch; an empty key is none, a null text a message without body. */
    RecordBatch keyed(int producer, List<String> keys, List<String> texts) {
        return keyed(producer, header().persistent(), keys, texts);
    }

    RecordBatch keyed(
            int producer, JmsHeaderBuilder header, List<String> keys, List<String> texts) {
        int session = sessionOfProducer.get(producer);
        RecordBatchBuilder builder = builder(session, takeSequences(session, texts.size()));
        for (int i = 0; i < texts.size(); i++) {
            ByteBuffer key =
                    keys.get(i).isEmpty()
                            ? null
                            : ByteBuffer.wrap(keys.get(i).getBytes(StandardCharsets.UTF_8));
            ByteBuffer body =
                    texts.get(i) == null
                            ? null
                            : ByteBuffer.wrap(texts.get(i).getBytes(StandardCharsets.UTF_8));
            builder.addMessage(broker.nowMillis(), key, body, header, Map.of());
        }
        return builder.build();
    }

    /** With the delivery time and expiration that follow from now. */
    Frame.Send sending(long requestId, int producer, TestMessage message) {
        long now = broker.nowMillis();
        long deliverAt = message.delay().isZero() ? 0 : now + message.delay().toMillis();
        JmsHeaderBuilder header = header().priority(message.priority()).deliveryTime(deliverAt);
        if (!message.timeToLive().isZero()) {
            header.expiration(now + message.timeToLive().toMillis());
        }
        if (message.persistent()) {
            header.persistent();
        }
        int session = sessionOfProducer.get(producer);
        RecordBatchBuilder builder = builder(session, takeSequences(session, 1));
        byte[] body = message.text().getBytes(StandardCharsets.UTF_8);
        builder.addMessage(now, null, ByteBuffer.wrap(body), header, message.properties());
        return new Frame.Send(
                requestId,
                producer,
                message.persistent(),
                message.priority(),
                deliverAt,
                builder.build());
    }

    static JmsHeaderBuilder header() {
        return new JmsHeaderBuilder(MessageKind.TEXT);
    }

    /** Persistent, with these properties each. */
    RecordBatch batch(int producer, Map<String, ?> properties, String... texts) {
        int session = sessionOfProducer.get(producer);
        RecordBatchBuilder builder = builder(session, takeSequences(session, texts.length));
        for (String text : texts) {
            ByteBuffer body = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            builder.addMessage(broker.nowMillis(), null, body, header().persistent(), properties);
        }
        return builder.build();
    }

    /** With the next sequence of the producer's session. */
    RecordBatch batch(int producer, JmsHeaderBuilder header, String... texts) {
        int session = sessionOfProducer.get(producer);
        return batch(session, takeSequences(session, texts.length), header, texts);
    }

    private int takeSequences(int session, int count) {
        int sequence = nextSequence.getOrDefault(session, 0);
        nextSequence.put(session, sequence + count);
        return sequence;
    }

    RecordBatch batch(int session, int sequence, JmsHeaderBuilder header, String... texts) {
        long now = broker.nowMillis();
        RecordBatchBuilder builder = builder(session, sequence);
        for (String text : texts) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            builder.addMessage(now, null, ByteBuffer.wrap(body), header, Map.of());
        }
        return builder.build();
    }

    private RecordBatchBuilder builder(int session, int sequence) {
        return new RecordBatchBuilder(broker.nowMillis())
                .producer(producerIds.get(session), epochs.get(session), sequence);
    }

    /** What the consumer got since the last call, whatever the epoch. */
    List<Got> take(int consumer) {
        broker.run();
        List<Got> got = deliveries.remove(consumer);
        return got == null ? List.of() : got;
    }

    List<String> takeTexts(int consumer) {
        return take(consumer).stream().map(Got::text).toList();
    }

    void acknowledge(int session, List<Got> got) {
        askDone(id -> new Frame.Acknowledge(id, session, Frame.Outcome.ACCEPT, "", ranges(got)));
    }

    void release(int session, List<Got> got) {
        askDone(id -> new Frame.Release(id, session, ranges(got)));
    }

    static List<DeliveryRange> ranges(List<Got> got) {
        return got.stream()
                .map(each -> new DeliveryRange(each.deliveryId(), each.deliveryId()))
                .toList();
    }

    static List<DeliveryRange> ranges(Got... got) {
        return ranges(Arrays.asList(got));
    }

    // ---------------------------------------------------------------- browsers

    Address temporary(Address.Kind kind) {
        Frame answer = ask(id -> new Frame.CreateTemporary(id, kind));
        return Address.of(kind, ((Frame.TemporaryCreated) answer).name());
    }

    int browser(String queue, String selector) {
        int id = ++lastId;
        askDone(request -> new Frame.OpenBrowser(request, id, queue(queue), selector));
        return id;
    }

    Frame.BrowsePage browseNext(int browser, int messages) {
        return (Frame.BrowsePage) ask(id -> new Frame.BrowseNext(id, browser, messages));
    }

    /** Everything that a new browser shows, page by page. */
    List<String> browse(String queue, String selector) {
        int browser = browser(queue, selector);
        List<String> texts = new ArrayList<>();
        Frame.BrowsePage page;
        do {
            page = browseNext(browser, 7);
            texts.addAll(texts(page));
        } while (!page.last());
        say(new Frame.CloseBrowser(browser));
        return texts;
    }

    static List<String> texts(Frame.BrowsePage page) {
        return page.messages().stream()
                .map(each -> Record.delivered(each.record(), each.offset(), each.timestamp()))
                .map(TestClient::text)
                .toList();
    }

    // ---------------------------------------------------------------- as a link

    @Override
    public void write(Frame frame) {
        if (closed) {
            return;
        }
        heard.add(frame);
        if (hasSeenAll && frame instanceof Frame.Reclaim reclaim) {
            int session = sessionOfConsumer.get(reclaim.consumerId());
            post(new Frame.Release(Frame.NO_REPLY, session, List.of()));
        }
        if (frame instanceof Frame.Deliver deliver) {
            deliveries
                    .computeIfAbsent(deliver.consumerId(), id -> new ArrayList<>())
                    .addAll(decode(deliver));
        }
    }

    List<Got> decode(Frame.Deliver deliver) {
        List<Got> got = new ArrayList<>();
        for (Delivery each : deliver.deliveries()) {
            Record record = Record.delivered(each.record(), each.offset(), each.timestamp());
            got.add(
                    new Got(
                            each.deliveryId(),
                            text(record),
                            each.deliveryCount(),
                            deliver.epoch()));
        }
        return got;
    }

    static String text(Record record) {
        return StandardCharsets.UTF_8.decode(record.value().get()).toString();
    }

    @Override
    public void flush() {
        // Written frames are heard at once.
    }

    @Override
    public boolean isCongested() {
        return congested;
    }

    @Override
    public void setReading(boolean goOn) {
        reading = goOn;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            loop.execute(() -> listener.onClose("closed by the broker"));
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** The link is lost. */
    void cut() {
        closed = true;
        loop.execute(() -> listener.onClose("cut by the test"));
        broker.run();
    }

    @Override
    public String peer() {
        return "test client";
    }
}
