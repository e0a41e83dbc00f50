package org.millrace.broker.simulation;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.millrace.broker.simulation.Message.Status;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.record.Record;

/**
 * One look through a queue, page by page, and what must be true of it: it shows each message that
 * is there and with nobody, once and in order, and nothing else (§4.1.6). That it takes nothing
 * shows in the end, when everything has arrived.
 */
final class ModelBrowser {
    private final ModelClient client;
    private final World world;
    private final RandomGenerator chance;
    private final Address queue;
    private final int id;
    private final long openedTick;
    private final int disturbances;
    private final Map<Message.Stream, Integer> last = new HashMap<>();
    private final Set<Message> shown = new LinkedHashSet<>();

    private ModelBrowser(ModelClient client, World world, Address queue, RandomGenerator chance) {
        this.client = client;
        this.world = world;
        this.chance = chance;
        this.queue = queue;
        this.id = client.nextId();
        this.openedTick = world.ledger().now();
        this.disturbances = world.ledger().disturbances();
    }

    static void look(ModelClient client, World world, Address queue, RandomGenerator chance) {
        ModelBrowser browser = new ModelBrowser(client, world, queue, chance);
        world.story().tell("%s browses %s", client.name(), queue);
        client.requestDone(
                request -> new Frame.OpenBrowser(request, browser.id, queue, ""), browser::next);
    }

    private void next() {
        long askedTick = world.ledger().now();
        int most = 1 + chance.nextInt(5);
        client.request(
                request -> new Frame.BrowseNext(request, id, most),
                reply -> {
                    if (reply instanceof Frame.BrowsePage page) {
                        page.messages().forEach(each -> shown(each, askedTick));
                        if (page.last()) {
                            world.story().tell("%s has seen %s", client.name(), shown);
                            checkComplete();
                            client.write(new Frame.CloseBrowser(id));
                        } else {
                            next();
                        }
                    } else {
                        world.ledger().violated("%s was told %s", client.name(), reply);
                    }
                });
    }

    private void shown(Frame.Delivery delivery, long askedTick) {
        Record record =
                Record.delivered(delivery.record(), delivery.offset(), delivery.timestamp());
        Message message = world.ledger().message(ModelSends.idOf(record.value().get()));
        shown.add(message);
        check(
                message.destination().equals(queue)
                        && (message.status == Status.SENT
                                || message.status == Status.CONFIRMED
                                || message.status == Status.UNKNOWN),
                message,
                "it is " + message.status);
        check(world.nowMillis() >= message.deliverAtMillis, message, "it is not due");
        for (Receipt receipt : message.receipts.values()) {
            boolean isHeld = receipt.isHeld() && receipt.heldTick < askedTick;
            boolean isOurs = receipt.subscription.destination.equals(queue);
            check(
                    !isOurs || receipt.ackedTick > openedTick && !isHeld && !receipt.isInDoubt(),
                    message,
                    receipt.describe());
        }
        if (message.stage == 0 && ModelSends.redrivesOf(record) == 0) {
            Integer before = last.put(message.stream, message.ordinal);
            check(before == null || before < message.ordinal, message, "it comes after #" + before);
        }
    }

    private void check(boolean holds, Message message, String why) {
        if (!holds) {
            world.ledger().violated("a browser shows %s though %s", message, why);
        }
    }

    /** What was there before, and that no consumer ever got, must be among it. */
    private void checkComplete() {
        List<ModelSubscription> ofQueue = world.ledger().subscriptionsOf(queue);
        // It ends early when the queue is moved under it.
        boolean isMoved =
                ofQueue.stream().anyMatch(each -> each.moving || each.movedTick > openedTick);
        if (disturbances != world.ledger().disturbances() || isMoved) {
            return;
        }
        for (Message message : world.ledger().messagesTo(queue)) {
            boolean wasThere =
                    message.confirmedTick < openedTick
                            && !message.written
                            && message.stage == 0
                            && message.deliverAtMillis == 0
                            && message.expiresAtMillis == 0
                            && message.disturbancesBefore == disturbances
                            && ofQueue.stream()
                                    .allMatch(each -> world.ledger().isRequired(message, each));
            if (wasThere && !shown.contains(message)) {
                world.ledger().violated("a browser does not show %s", message);
            }
        }
    }
}
