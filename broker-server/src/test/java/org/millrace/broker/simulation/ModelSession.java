package org.millrace.broker.simulation;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.DeliveryRange;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.XaOperation;

/**
 * One session of a model client: sends, receives, acknowledges, commits, gives up and closes by
 * chance; is restored with the same producer after a lost link. On the loop of its client.
 */
final class ModelSession {
    private enum State {
        CLOSED,
        OPENING,
        OPEN,
        /** A request that the session waits for is on its way. */
        BUSY
    }

    private final String baseName;
    private final SessionKind kind;
    private final ModelClient client;
    private final World world;
    private final RandomGenerator chance;
    private final ModelSends sends;
    private final ModelConsumers consumers;
    private State state = State.CLOSED;
    private ModelTransaction transaction;
    private ModelTransaction inDoubt;
    private int generation;
    private int id;
    private int epoch;
    private long nextCommit;
    private int transactions;

    private boolean closing;

    /** From the end of one branch to the beginning of the next: nothing is given back. */
    private boolean changing;

    /** A branch whose work ends, and for whose preparation nobody has asked. */
    private ModelTransaction ending;

    private ModelTransaction preparing;

    /** What a session sends to and receives with. */
    record Work(List<Address> destinations, List<ModelConsumer> consumers) {}

    ModelSession(
            String name,
            SessionKind kind,
            Work work,
            ModelClient client,
            World world,
            RandomGenerator chance) {
        this.baseName = name;
        this.kind = kind;
        this.client = client;
        this.world = world;
        this.chance = chance;
        int window = chance.nextBoolean() ? 1 : 1 + chance.nextInt(10);
        this.sends = new ModelSends(work.destinations(), window, isBranch(), client, world, chance);
        this.consumers = new ModelConsumers(work.consumers(), this, client, world, chance);
        newTransaction();
    }

    boolean isTransacted() {
        return kind != SessionKind.DIRECT;
    }

    private boolean isBranch() {
        return kind == SessionKind.XA;
    }

    /** The branch whose preparation is not answered. */
    Stream<String> preparing() {
        return preparing == null ? Stream.empty() : Stream.of(preparing.name);
    }

    private Ledger ledger() {
        return world.ledger();
    }

    String name() {
        return baseName + "." + generation;
    }

    int id() {
        return id;
    }

    /** Null when the session is not transacted. */
    ModelTransaction transaction() {
        return transaction;
    }

    /** Whether deliveries count: the session has not given everything back meanwhile. */
    boolean takes(Frame.Deliver deliver) {
        boolean isReset = state == State.BUSY && inDoubt == null && !changing;
        return deliver.epoch() == epoch && !isReset;
    }

    private void newTransaction() {
        transaction = isTransacted() ? new ModelTransaction(name() + "/tx" + ++transactions) : null;
    }

    boolean isQuiet() {
        return isAssembled()
                && consumers.isNothingHeld()
                && sends.isAllAnswered()
                && (transaction == null || transaction.isEmpty());
    }

    boolean isAssembled() {
        return state == State.OPEN && consumers.isAllOpen();
    }

    @Override
    public String toString() {
        return "%s %s %s, transaction %s, all answered %s"
                .formatted(
                        name(),
                        state,
                        consumers,
                        transaction == null ? "none" : transaction.sends,
                        sends.isAllAnswered());
    }

    // ---------------------------------------------------------------- opening

    /** The connection is open again. */
    void restore() {
        if (inDoubt == null) {
            open();
            return;
        }
        state = State.OPENING;
        ModelTransaction asked = inDoubt;
        client.request(
                request -> new Frame.AskCommit(request, sends.producerId(), nextCommit - 1),
                reply -> {
                    inDoubt = null;
                    if (reply instanceof Frame.CommitOutcome outcome && outcome.committed()) {
                        ledger().committed(asked);
                    } else if (reply instanceof Frame.CommitOutcome) {
                        ledger().rolledBack(asked);
                    } else {
                        ledger().violated("%s was told %s", name(), reply);
                    }
                    open();
                });
    }

    private void open() {
        state = State.OPENING;
        id = client.nextId();
        epoch = 0;
        client.request(
                request ->
                        new Frame.OpenSession(
                                request, id, kind, sends.producerId(), consumers.lastDeliveryId()),
                reply -> {
                    if (reply instanceof Frame.SessionOpened opened) {
                        sends.opened(opened, id, this::opened);
                    } else {
                        client.refused(reply);
                    }
                });
    }

    private void opened() {
        world.story().tell("%s is open as producer %d", name(), sends.producerId());
        consumers.openAll();
        begin();
    }

    /** The next transaction can be worked in. */
    private void begin() {
        if (!isBranch()) {
            state = State.OPEN;
            return;
        }
        ModelTransaction begun = transaction;
        askBranch(
                XaOperation.START,
                begun,
                0,
                result -> {
                    if (result != ModelBranches.OK) {
                        ledger().violated(
                                        "%s was told %d at the start of %s", name(), result, begun);
                    }
                    changing = false;
                    state = State.OPEN;
                });
    }

    private void askBranch(
            XaOperation operation, ModelTransaction branch, long number, IntConsumer result) {
        client.request(
                request ->
                        new Frame.Xa(request, id, operation, ModelBranches.xid(branch), 0, number),
                reply -> result.accept(((Frame.XaReply) reply).result()));
    }

    /** The link was lost, with everything that the session held. */
    void lost() {
        consumers.lost(client.life());
        lostBranch();
        if (inDoubt == null && transaction != null && !transaction.isEmpty()) {
            ledger().rolledBack(transaction);
            newTransaction();
        }
        sends.lost();
        changing = false;
        if (closing) {
            forgetIdentity();
        }
        state = State.CLOSED;
    }

    private void lostBranch() {
        if (ending != null) {
            ledger().rolledBack(ending);
            ending = null;
        }
        if (preparing != null) {
            preparing.unknown = true;
            world.branches().add(preparing);
            preparing = null;
        }
    }

    // ---------------------------------------------------------------- acting

    void act() {
        if (state != State.OPEN) {
            return;
        }
        if (world.isCalm()) {
            finish();
            return;
        }
        int dice = chance.nextInt(100);
        if (dice < 35) {
            for (int i = chance.nextInt(4); i >= 0; i--) {
                sends.sendSomething(name(), transaction);
            }
        } else if (dice < 75) {
            consumers.consumeSomething();
        } else if (dice < 84) {
            settleSeen();
        } else if (dice < 88) {
            giveUp();
        } else if (dice < 92) {
            consumers.openOrClose();
        } else if (dice < 97) {
            consumers.drain();
        } else if (dice < 98 && mayClose()) {
            close();
        }
    }

    /** Takes everything, settles everything, says a last word to each destination. */
    private void finish() {
        consumers.takeAll();
        settleSeen();
        if (!isTransacted() && world.isLastCall()) {
            sends.sendMarkers(name());
        }
    }

    // ---------------------------------------------------------------- settling

    private void settleSeen() {
        consumers.acknowledgeSeen();
        boolean mayCommit = isTransacted() && sends.isAllInTransactionAnswered();
        if (mayCommit && (!transaction.isEmpty() || !world.isCalm() && chance.nextInt(10) == 0)) {
            commit();
        }
    }

    private void commit() {
        if (isBranch()) {
            endBranch(chance.nextInt(3) == 0 ? this::commitOnePhase : this::prepare);
            return;
        }
        ModelTransaction ending = transaction;
        newTransaction();
        inDoubt = ending;
        ledger().committing(ending);
        consumers.leaveTo(ending);
        state = State.BUSY;
        long number = nextCommit++;
        world.story().tell("%s commits %s as number %d", name(), ending, number);
        client.request(
                request -> new Frame.Commit(request, id, number),
                reply -> {
                    state = State.OPEN;
                    inDoubt = null;
                    if (reply instanceof Frame.Done) {
                        ledger().committed(ending);
                    } else if (client.refused(reply, ErrorCode.ROLLED_BACK)) {
                        consumers.gaveBack();
                        ledger().rolledBack(ending);
                    }
                });
    }

    private void endBranch(Consumer<ModelTransaction> then) {
        ModelTransaction ended = transaction;
        ending = ended;
        ended.ending = true;
        changing = true;
        newTransaction();
        consumers.leaveTo(ended);
        state = State.BUSY;
        world.story().tell("%s ends %s", name(), ended);
        askBranch(
                XaOperation.END_SUCCESS,
                ended,
                0,
                result -> {
                    if (result == ModelBranches.OK) {
                        then.accept(ended);
                    } else if (ModelBranches.isRolledBack(result)) {
                        rollBackBranch(ended);
                    } else {
                        ledger().violated("%s was told %d at the end of %s", name(), result, ended);
                    }
                });
    }

    private void rollBackBranch(ModelTransaction ended) {
        ending = null;
        consumers.gaveBack();
        ledger().rolledBackForGood(ended);
        askBranch(
                XaOperation.ROLLBACK,
                ended,
                0,
                result -> {
                    if (result != ModelBranches.OK && !ModelBranches.isRolledBack(result)) {
                        ledger().violated("the rollback of %s was answered %d", ended, result);
                    }
                    begin();
                });
    }

    private void prepare(ModelTransaction ended) {
        ending = null;
        preparing = ended;
        askBranch(
                XaOperation.PREPARE,
                ended,
                0,
                result -> {
                    preparing = null;
                    if (result == ModelBranches.OK) {
                        ledger().prepared(ended);
                        world.branches().add(ended);
                    } else if (result == ModelBranches.READ_ONLY) {
                        if (!ended.isEmpty()) {
                            ledger().violated("%s is said to be empty", ended);
                        }
                    } else if (ModelBranches.isRolledBack(result)) {
                        consumers.gaveBack();
                        ledger().rolledBackForGood(ended);
                    } else {
                        ledger().violated("%s was told %d at the preparation", name(), result);
                    }
                    begin();
                });
    }

    private void commitOnePhase(ModelTransaction ended) {
        ending = null;
        inDoubt = ended;
        ledger().committing(ended);
        long number = nextCommit++;
        askBranch(
                XaOperation.COMMIT_ONE_PHASE,
                ended,
                number,
                result -> {
                    inDoubt = null;
                    if (result == ModelBranches.OK) {
                        ledger().committed(ended);
                    } else if (ModelBranches.isRolledBack(result)) {
                        consumers.gaveBack();
                        ledger().rolledBackForGood(ended);
                    } else {
                        ledger().violated("the commit of %s was answered %d", ended, result);
                    }
                    begin();
                });
    }

    /** Recovers or rolls back: everything comes again. */
    private void giveUp() {
        if (isBranch()) {
            if (sends.isAllInTransactionAnswered()) {
                endBranch(this::rollBackBranch);
            }
            return;
        }
        if (transaction != null) {
            ledger().rolledBack(transaction);
            newTransaction();
        }
        List<DeliveryRange> failed = consumers.giveUp();
        state = State.BUSY;
        client.request(
                request ->
                        isTransacted()
                                ? new Frame.Rollback(request, id, failed)
                                : new Frame.Recover(request, id, failed),
                reply -> {
                    if (reply instanceof Frame.SessionReset reset && reset.epoch() == epoch + 1) {
                        epoch = reset.epoch();
                        state = State.OPEN;
                    } else {
                        ledger().violated("%s in epoch %d was told %s", name(), epoch, reply);
                    }
                });
    }

    // ---------------------------------------------------------------- deliveries

    void onDeliver(Frame.Deliver deliver, long writtenTick) {
        consumers.onDeliver(deliver, writtenTick);
    }

    void onClosed(Frame.EndpointClosed closed) {
        sends.onClosed(closed, id);
    }

    void onReclaim(Frame.Reclaim reclaim) {
        consumers.onReclaim(reclaim);
    }

    // ---------------------------------------------------------------- closing

    /** Whether nothing is lost by closing it. */
    boolean mayClose() {
        return state == State.OPEN && sends.isAllAnswered() && consumers.isAllAcknowledged();
    }

    private void close() {
        world.story().tell("%s closes", name());
        consumers.closeAll();
        ledger().disturbed();
        rollBack();
        consumers.giveBackAll();
        state = State.BUSY;
        closing = true;
        client.requestDone(
                request -> new Frame.CloseSession(request, id),
                () -> {
                    forgetIdentity();
                    open();
                });
    }

    /** Its connection was closed in order. */
    void closedWithConnection() {
        rollBack();
        forgetIdentity();
        state = State.CLOSED;
    }

    private void rollBack() {
        if (transaction != null) {
            ledger().rolledBack(transaction);
        }
    }

    private void forgetIdentity() {
        closing = false;
        generation++;
        nextCommit = 0;
        consumers.forgetAll();
        newTransaction();
        sends.forgetIdentity();
    }
}
