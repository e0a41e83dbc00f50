package org.millrace.broker.simulation;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.XaBranch;
import org.millrace.wire.frame.Frame.XaOperation;

/**
 * The transaction manager of all clients: branches that are prepared, or may be, until the broker
 * has said what became of them. Any client asks, again and again when its link is lost.
 */
final class ModelBranches {
    static final int OK = 0;
    static final int READ_ONLY = 3;
    private static final int FIRST_ROLLED_BACK = 100;
    private static final int LAST_ROLLED_BACK = 107;
    private static final int UNKNOWN = -4;
    private static final int PROTOCOL = -6;
    private static final XaBranch NO_BRANCH =
            new XaBranch(0, ByteBuffer.allocate(0), ByteBuffer.allocate(0));

    private enum Decision {
        NONE,
        COMMIT,
        ROLLBACK
    }

    /** One branch that is to be decided. */
    private static final class Doubt {
        final ModelTransaction branch;
        Decision decision = Decision.NONE;

        /** The link over which it was asked last. */
        Life asked;

        /** How often it was asked to be committed. */
        int commits;

        Doubt(ModelTransaction branch) {
            this.branch = branch;
        }

        boolean isBeingAsked() {
            return asked != null && !asked.isOver();
        }
    }

    private final World world;
    private final RandomGenerator chance;
    private final List<Doubt> doubts = new ArrayList<>();
    private int decided;

    ModelBranches(World world, RandomGenerator chance) {
        this.world = world;
        this.chance = chance;
    }

    static XaBranch xid(ModelTransaction branch) {
        byte[] name = branch.name.getBytes(StandardCharsets.UTF_8);
        return new XaBranch(1, ByteBuffer.wrap(name), ByteBuffer.wrap(new byte[] {1}));
    }

    static boolean isRolledBack(int result) {
        return result >= FIRST_ROLLED_BACK && result <= LAST_ROLLED_BACK;
    }

    boolean isEmpty() {
        return doubts.isEmpty();
    }

    int decided() {
        return decided;
    }

    /** It is prepared, or the answer to that was lost. */
    void add(ModelTransaction branch) {
        doubts.add(new Doubt(branch));
    }

    /** Decides one of them, or asks which there are. */
    void act(ModelClient client) {
        if (chance.nextInt(4) == 0) {
            recover(client);
            return;
        }
        List<Doubt> free = doubts.stream().filter(each -> !each.isBeingAsked()).toList();
        if (!free.isEmpty()) {
            decide(free.get(chance.nextInt(free.size())), client);
        }
    }

    private void decide(Doubt doubt, ModelClient client) {
        if (doubt.decision == Decision.NONE) {
            doubt.decision = chance.nextInt(3) > 0 ? Decision.COMMIT : Decision.ROLLBACK;
        }
        doubt.asked = client.life();
        world.story().tell("%s decides %s: %s", client.name(), doubt.branch, doubt.decision);
        if (doubt.decision == Decision.COMMIT) {
            if (doubt.commits++ == 0) {
                world.ledger().committing(doubt.branch);
            }
            ask(client, XaOperation.COMMIT, doubt, result -> commitAnswered(doubt, result));
        } else {
            world.ledger().rolledBackForGood(doubt.branch);
            ask(client, XaOperation.ROLLBACK, doubt, result -> rollbackAnswered(doubt, result));
        }
    }

    private static void ask(
            ModelClient client, XaOperation operation, Doubt doubt, IntConsumer result) {
        client.request(
                request -> new Frame.Xa(request, 0, operation, xid(doubt.branch), 0, 0),
                reply -> result.accept(((Frame.XaReply) reply).result()));
    }

    private void commitAnswered(Doubt doubt, int result) {
        boolean wasPrepared = doubt.branch.prepared;
        if (result == OK) {
            ended(doubt);
            world.ledger().committed(doubt.branch);
        } else if (result == UNKNOWN && doubt.commits > 1) {
            ended(doubt);
            if (wasPrepared) {
                world.ledger().committed(doubt.branch);
            } else {
                world.ledger().unsure(doubt.branch);
            }
        } else if (!wasPrepared && (result == UNKNOWN || isRolledBack(result))) {
            ended(doubt);
            world.ledger().rolledBackForGood(doubt.branch);
        } else if (!wasPrepared && result == PROTOCOL && doubt.commits == 1) {
            // The loss of the link that it belonged to is not known yet.
            doubt.decision = Decision.ROLLBACK;
            doubt.asked = null;
        } else {
            world.ledger().violated("the commit of %s was answered %d", doubt.branch, result);
        }
    }

    private void rollbackAnswered(Doubt doubt, int result) {
        if (result == OK || result == UNKNOWN || isRolledBack(result)) {
            ended(doubt);
        } else if (result == PROTOCOL) {
            doubt.asked = null;
        } else {
            world.ledger().violated("the rollback of %s was answered %d", doubt.branch, result);
        }
    }

    private void ended(Doubt doubt) {
        decided++;
        doubts.remove(doubt);
    }

    /** What is prepared is listed, and nothing that is decided. */
    private void recover(ModelClient client) {
        List<Doubt> certain =
                doubts.stream()
                        .filter(each -> each.branch.prepared && each.decision == Decision.NONE)
                        .toList();
        Set<String> possible = new HashSet<>();
        doubts.forEach(each -> possible.add(each.branch.name));
        client.request(
                request -> new Frame.Xa(request, 0, XaOperation.RECOVER, NO_BRANCH, 0, 0),
                reply -> {
                    Set<String> listed = new HashSet<>();
                    for (XaBranch each : ((Frame.XaReply) reply).branches()) {
                        listed.add(
                                StandardCharsets.UTF_8
                                        .decode(each.globalTransactionId().duplicate())
                                        .toString());
                    }
                    world.story().tell("%s recovers %s", client.name(), listed);
                    for (Doubt each : certain) {
                        if (each.decision == Decision.NONE && !listed.contains(each.branch.name)) {
                            world.ledger().violated("%s is prepared and not listed", each.branch);
                        }
                    }
                    doubts.forEach(each -> possible.add(each.branch.name));
                    listed.removeAll(possible);
                    listed.removeAll(world.preparing());
                    if (!listed.isEmpty()) {
                        world.ledger().violated("%s are listed and not in doubt", listed);
                    }
                });
    }
}
