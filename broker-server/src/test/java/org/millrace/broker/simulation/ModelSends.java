package org.millrace.broker.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatch;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * What one model session sends: its producers, its sequences, and what was sent and not answered,
 * which is sent again with the same sequences after a lost link.
 */
final class ModelSends {
    private static final int NORMAL_PRIORITY = 4;
    private static final int LONGEST_PADDING = 300;
    private static final int LARGE_PADDING = 3000;

    /** Some messages have one. */
    private static final List<String> KEYS = List.of("", "", "", "k0", "k1", "k2");

    private static final int FIRST_KEY = 3;
    private static final int NO_ENDPOINT = 0;

    /** One batch; {@code sequence} counts in transactions for nothing. */
    private record Sent(
            Address destination,
            boolean persistent,
            int priority,
            int sequence,
            String key,
            List<Message> messages) {}

    /** How long messages live and are held back; 0 for for ever, and for not at all. */
    private record Times(int liveMillis, int delayMillis) {
        static final Times NONE = new Times(0, 0);
    }

    private final ModelClient client;
    private final World world;
    private final RandomGenerator chance;
    private final List<Address> destinations;
    private final int window;

    /** Whether its transactions are branches: then it asks what became of each send. */
    private final boolean isBranch;

    private final Map<Address, Integer> endpoints = new LinkedHashMap<>();
    private final Map<Long, Sent> unconfirmed = new LinkedHashMap<>();
    private int unansweredInTransaction;
    private long incarnation;
    private long producerId;
    private short producerEpoch;
    private int nextSequence;
    private long sent;
    private long delayed;
    private boolean markersSent;

    /** {@code window} batches may be unanswered: 1 is a synchronous producer. */
    ModelSends(
            List<Address> destinations,
            int window,
            boolean isBranch,
            ModelClient client,
            World world,
            RandomGenerator chance) {
        this.client = client;
        this.world = world;
        this.chance = chance;
        this.destinations = destinations;
        this.window = window;
        this.isBranch = isBranch;
    }

    long producerId() {
        return producerId;
    }

    boolean isAllAnswered() {
        return unconfirmed.isEmpty() && unansweredInTransaction == 0;
    }

    boolean isAllInTransactionAnswered() {
        return unansweredInTransaction == 0;
    }

    // ---------------------------------------------------------------- opening

    /** The session is open: opens the producers, then sends again what was not answered. */
    void opened(Frame.SessionOpened identity, int sessionId, Runnable whenOpen) {
        if (producerId != 0 && producerId != identity.producerId()) {
            world.story().tell("%s is another producer now", client.name());
            unconfirmed.values().forEach(each -> each.messages().forEach(world.ledger()::unknown));
            unconfirmed.clear();
        }
        producerId = identity.producerId();
        producerEpoch = identity.producerEpoch();
        int[] missing = {destinations.size()};
        for (Address destination : destinations) {
            int id = client.nextId();
            client.requestDone(
                    request -> new Frame.OpenProducer(request, sessionId, id, destination),
                    () -> {
                        endpoints.put(destination, id);
                        if (--missing[0] == 0) {
                            sendAgain();
                            whenOpen.run();
                        }
                    });
        }
        if (destinations.isEmpty()) {
            whenOpen.run();
        }
    }

    private void sendAgain() {
        boolean sameBroker = incarnation == client.incarnation();
        incarnation = client.incarnation();
        List<Map.Entry<Long, Sent>> again = new ArrayList<>(unconfirmed.entrySet());
        for (Map.Entry<Long, Sent> each : again) {
            // The sequences of a non-persistent message may be lost with the message.
            if (each.getValue().persistent() || sameBroker) {
                world.story().tell("%s sends again %s", client.name(), each.getValue().messages());
                post(each.getKey(), each.getValue());
            } else {
                unconfirmed.remove(each.getKey());
                each.getValue().messages().forEach(world.ledger()::unknown);
            }
        }
    }

    /** One of the destinations was deleted: it is made again by being used again. */
    void onClosed(Frame.EndpointClosed closed, int sessionId) {
        for (Address destination : destinations) {
            if (endpoints.getOrDefault(destination, NO_ENDPOINT) == closed.endpointId()) {
                world.story().tell("%s hears %s", client.name(), closed);
                endpoints.remove(destination);
                int id = client.nextId();
                client.requestDone(
                        request -> new Frame.OpenProducer(request, sessionId, id, destination),
                        () -> endpoints.put(destination, id));
            }
        }
    }

    /** The link was lost. */
    void lost() {
        endpoints.clear();
        unansweredInTransaction = 0;
    }

    /** The session was closed in order: the next one is another producer. */
    void forgetIdentity() {
        producerId = 0;
        nextSequence = 0;
        endpoints.clear();
    }

    // ---------------------------------------------------------------- sending

    /** Sends by chance, if it may; {@code transaction} is null outside. */
    void sendSomething(String session, ModelTransaction transaction) {
        if (destinations.isEmpty() || unconfirmed.size() >= window) {
            return;
        }
        Address destination = destinations.get(chance.nextInt(destinations.size()));
        if (!endpoints.containsKey(destination)) {
            return;
        }
        boolean persistent = chance.nextInt(4) > 0;
        int priority = chance.nextInt(8) > 0 ? NORMAL_PRIORITY : chance.nextInt(10);
        int count = chance.nextInt(8) > 0 ? 1 : 1 + chance.nextInt(3);
        boolean answered = chance.nextInt(4) > 0 || isBranch;
        Times times = times();
        // What is delayed is in no order with anything.
        String order = times.delayMillis() == 0 ? session : session + "/" + ++delayed;
        if (isBranch) {
            // Branches of one session may be committed in another order.
            order += transaction.name;
        }
        send(
                stream(order, destination, priority, key(destination)),
                persistent,
                times.delayMillis() == 0 ? count : 1,
                transaction,
                answered,
                times);
    }

    private String key(Address destination) {
        int first = world.rules().isCompacted(destination) ? FIRST_KEY : 0;
        return KEYS.get(first + chance.nextInt(KEYS.size() - first));
    }

    private Times times() {
        if (!world.rules().timed() || chance.nextInt(3) > 0) {
            return Times.NONE;
        }
        boolean expires = chance.nextBoolean();
        return new Times(
                expires ? 1 + chance.nextInt(500) : 0,
                !expires || chance.nextInt(4) == 0 ? 1 + chance.nextInt(500) : 0);
    }

    /** One last persistent message to each destination. */
    void sendMarkers(String session) {
        if (!markersSent) {
            markersSent = true;
            for (Address destination : destinations) {
                send(
                        stream(
                                session,
                                destination,
                                NORMAL_PRIORITY,
                                world.rules().isCompacted(destination) ? "marker" : ""),
                        true,
                        1,
                        null,
                        true,
                        Times.NONE);
            }
        }
    }

    /** Another producer is another session to the broker. */
    private Message.Stream stream(String session, Address destination, int priority, String key) {
        return new Message.Stream(session + "/" + producerId, destination, priority, key);
    }

    private void send(
            Message.Stream stream,
            boolean persistent,
            int count,
            ModelTransaction transaction,
            boolean answered,
            Times times) {
        List<Message> messages = new ArrayList<>();
        long now = client.loop().clock().millis();
        for (int i = 0; i < count; i++) {
            Message message = world.ledger().newMessage(stream, persistent, padding(), transaction);
            message.createdMillis = now;
            message.expiresAtMillis = times.liveMillis() == 0 ? 0 : now + times.liveMillis();
            message.deliverAtMillis = times.delayMillis() == 0 ? 0 : now + times.delayMillis();
            messages.add(message);
        }
        world.story()
                .tell("%s sends %s in %s", stream.session(), List.copyOf(messages), transaction);
        int sequence = nextSequence;
        Sent batch =
                new Sent(
                        stream.destination(),
                        persistent,
                        stream.priority(),
                        sequence,
                        stream.key(),
                        messages);
        if (transaction != null) {
            postInTransaction(batch, transaction, answered);
            return;
        }
        nextSequence += count;
        incarnation = client.incarnation();
        if (persistent || answered) {
            unconfirmed.put(++sent, batch);
            post(sent, batch);
        } else {
            messages.forEach(world.ledger()::unknown);
            client.write(frame(Frame.NO_REPLY, batch, true));
        }
    }

    private int padding() {
        return chance.nextInt(40) == 0
                ? chance.nextInt(LARGE_PADDING)
                : chance.nextInt(LONGEST_PADDING);
    }

    private void post(long number, Sent batch) {
        client.request(
                request -> frame(request, batch, true),
                reply -> {
                    unconfirmed.remove(number);
                    if (reply instanceof Frame.Done) {
                        batch.messages().forEach(world.ledger()::confirmed);
                    } else if (client.refused(reply, refusalsBy(batch.destination()))) {
                        batch.messages().forEach(world.ledger()::refused);
                        boolean again = !world.isCalm() && chance.nextBoolean();
                        if (again && endpoints.containsKey(batch.destination())) {
                            batch.messages().forEach(world.ledger()::sentAgain);
                            unconfirmed.put(++sent, batch);
                            post(sent, batch);
                        }
                    }
                });
    }

    /** One that is deleted again and again may be gone when a message comes to it. */
    private ErrorCode[] refusalsBy(Address destination) {
        return destination.equals(Cast.DOOMED)
                ? new ErrorCode[] {
                    ErrorCode.RESOURCE_LIMIT, ErrorCode.INVALID_DESTINATION, ErrorCode.ILLEGAL_STATE
                }
                : new ErrorCode[] {ErrorCode.RESOURCE_LIMIT};
    }

    private void postInTransaction(Sent batch, ModelTransaction transaction, boolean answered) {
        if (!answered) {
            client.write(frame(Frame.NO_REPLY, batch, false));
            return;
        }
        unansweredInTransaction++;
        client.request(
                request -> frame(request, batch, false),
                reply -> {
                    unansweredInTransaction--;
                    if (!(reply instanceof Frame.Done)
                            && client.refused(reply, refusalsBy(batch.destination()))) {
                        transaction.sends.removeAll(batch.messages());
                        batch.messages().forEach(world.ledger()::refused);
                    }
                });
    }

    private Frame.Send frame(long requestId, Sent batch, boolean sequenced) {
        return new Frame.Send(
                requestId,
                endpoints.get(batch.destination()),
                batch.persistent(),
                batch.priority(),
                batch.messages().get(0).deliverAtMillis,
                encode(batch, sequenced));
    }

    private RecordBatch encode(Sent batch, boolean sequenced) {
        long now = client.loop().clock().millis();
        RecordBatchBuilder builder = new RecordBatchBuilder(now);
        if (sequenced) {
            builder.producer(producerId, producerEpoch, batch.sequence());
        }
        ByteBuffer key =
                batch.key().isEmpty()
                        ? null
                        : ByteBuffer.wrap(batch.key().getBytes(StandardCharsets.US_ASCII));
        for (Message message : batch.messages()) {
            JmsHeaderBuilder header =
                    new JmsHeaderBuilder(MessageKind.TEXT)
                            .priority(batch.priority())
                            .expiration(message.expiresAtMillis)
                            .deliveryTime(message.deliverAtMillis);
            if (message.persistent) {
                header.persistent();
            }
            builder.addMessage(now, key, text(message), header, Map.of("n", message.n()));
        }
        return builder.build();
    }

    private static ByteBuffer text(Message message) {
        return ByteBuffer.wrap(
                (message.id + "|" + ".".repeat(message.padding))
                        .getBytes(StandardCharsets.US_ASCII));
    }

    /** How often the message was sent back from the letters. */
    static int redrivesOf(Record record) {
        return record.header("JMS_Millrace_Redrives")
                .map(header -> StandardCharsets.US_ASCII.decode(header.value().duplicate()))
                .map(text -> Integer.parseInt(text.toString()))
                .orElse(0);
    }

    /** The message that a record's body names. */
    static int idOf(ByteBuffer body) {
        String text = StandardCharsets.US_ASCII.decode(body.duplicate()).toString();
        return Integer.parseInt(text.substring(0, text.indexOf('|')));
    }
}
