package org.millrace.broker.destination;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.millrace.broker.dispatch.ExpirySweeper;
import org.millrace.broker.dispatch.Partition;
import org.millrace.broker.dispatch.Redelivery;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.foundation.Check;
import org.millrace.persistence.Change;
import org.millrace.persistence.Change.Durability;
import org.millrace.persistence.CursorState;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A queue or topic: its partitions and subscriptions. A queue has one subscription, created with
 * it; a topic any number. Confined to one loop for life.
 *
 * <pre>
 *   STORED --first use--> OPENING --cursors are loaded--> OPEN --delete--> DELETED
 *   (created) OPENING --the unit that creates it is durable--> OPEN
 * </pre>
 */
public final class Destination {
    private enum State {
        STORED,
        OPENING,
        OPEN,
        DELETED
    }

    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);

    private final long id;
    private final Address address;
    private final long owner;
    private final Ground ground;
    private final Logs logs;
    private final Destinations all;
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<Runnable> whenOpen = new ArrayList<>();
    private final Set<DestinationUser> users = new LinkedHashSet<>();
    private final Schedule schedule;
    private final DeadLetters redelivery;
    private final ExpirySweeper sweeper;
    private final Retention retention;
    private final LiveSettings settings;
    private State state = State.STORED;

    /** {@code owner} is the connection of a temporary destination, 0 for all others. */
    Destination(DestinationRow row, Address address, long owner, Ground ground, Destinations all) {
        this.id = row.id();
        this.owner = owner;
        this.address = address;
        this.ground = ground;
        this.all = all;
        this.settings = new LiveSettings(row, address, ground.settings().destinations());
        this.schedule = new Schedule(this, ground);
        this.redelivery = new DeadLetters(address, settings, ground, all);
        this.sweeper = all.sweeper();
        this.logs = new Logs(this, Layouts.of(row), ground, sweeper);
        this.retention = new Retention(logs.all(), settings, ground);
    }

    DestinationSettings settings() {
        return settings.current();
    }

    LiveSettings liveSettings() {
        return settings;
    }

    /** All settings that users may give, and where their values come from. */
    public List<SettingValue> settingValues() {
        return settings.values();
    }

    /**
     * Changes settings, all or none; they hold at once. Without value a setting is again what the
     * pattern of the name says, or its default. Answers when that is durable.
     */
    void alter(Map<String, Optional<String>> changes, Answer<List<SettingValue>> answer) {
        DestinationRow altered;
        try {
            checkUsable();
            altered = settings.altered(changes);
        } catch (RefusedException why) {
            answer.refused(why);
            return;
        }
        settings.replace(altered);
        logs.all().forEach(this::keepHistory);
        retention.settingsChanged();
        ground.storage()
                .commit(
                        List.of(new Change.PutDestination(altered)),
                        () -> {
                            LOG.info("{} altered: {}", address, changes);
                            answer.granted(settingValues());
                        });
    }

    void keepHistory(Partition partition) {
        if (settings().keepsHistory()) {
            partition.keepHistory(ground.storage().bounds(partition.id()).startOffset());
        } else {
            partition.keepNoHistory();
        }
    }

    /** Its logs that are known, delayed messages aside; all of them when it is open. */
    public Collection<Partition> partitions() {
        return logs.all();
    }

    Retention retention() {
        return retention;
    }

    Logs logs() {
        return logs;
    }

    /** Looks for a position in its logs; refused when they do not have it. */
    public void find(Position position, Answer<StartPoint> answer) {
        StartPoint.find(this, position, ground, answer);
    }

    public long id() {
        return id;
    }

    public Address address() {
        return address;
    }

    /** The connection whose temporary destination it is, else 0. */
    public long owner() {
        return owner;
    }

    public int partitionCount() {
        return settings.row().partitions();
    }

    public boolean isTopic() {
        return address.kind().isTopic();
    }

    /** Its cursors are in memory. */
    public boolean isOpen() {
        return state == State.OPEN;
    }

    public Instant created() {
        return settings().created();
    }

    public boolean isDeleted() {
        return state == State.DELETED;
    }

    public List<Subscription> subscriptions() {
        return subscriptions;
    }

    /** Of a queue. */
    public Subscription onlySubscription() {
        Check.invariant(!isTopic() && subscriptions.size() == 1, "%s is no open queue", address);
        return subscriptions.get(0);
    }

    /** Being created: the unit that does it is on its way. */
    void creating() {
        state = State.OPENING;
    }

    void opened() {
        state = State.OPEN;
        logs.loaded();
        logs.retireBefore(logs.newest(), schedule);
        // What an unclean stop left behind: trimming is not journaled.
        logs.all().forEach(Partition::floorMoved);
        whenOpen.forEach(Runnable::run);
        whenOpen.clear();
    }

    /** Runs at once, or when the destination is open; loads it when it is not. */
    public void whenOpen(Runnable then) {
        if (state == State.OPEN || state == State.DELETED) {
            then.run();
            return;
        }
        whenOpen.add(then);
        if (state == State.STORED) {
            state = State.OPENING;
            load();
        }
    }

    private void load() {
        List<PartitionId> scheduled = new ArrayList<>();
        for (PartitionId known : logs.stored()) {
            if (known.lane() == PartitionId.SCHEDULED_LANE) {
                scheduled.add(known);
            } else {
                logs.open(known);
            }
        }
        int[] missing = {subscriptions.size() + 1};
        Runnable loaded =
                () -> {
                    if (--missing[0] == 0) {
                        opened();
                    }
                };
        for (Subscription subscription : List.copyOf(subscriptions)) {
            ground.storage()
                    .cursors(
                            subscription.id(),
                            cursors -> {
                                if (!subscription.isEnded()) {
                                    restore(subscription, cursors);
                                }
                                loaded.run();
                            });
        }
        if (schedule.isUsed()) {
            schedule.load(scheduled, loaded);
        } else {
            loaded.run();
        }
    }

    private void restore(Subscription subscription, List<CursorState> cursors) {
        for (CursorState cursor : cursors) {
            if (logs.isNeeded(cursor.id().partition())) {
                subscription.addPartition(logs.open(cursor.id().partition()), cursor);
            }
        }
        for (Partition partition : logs.all()) {
            if (!subscription.hasPartition(partition)) {
                subscription.addPartition(partition, -1, 0);
            }
        }
        all.loaded(subscription);
        subscription.open();
    }

    /** Delayed messages of an earlier run wait. */
    void restoreSchedule(long subscriptionId) {
        schedule.restore(subscriptionId);
    }

    /** Whether something may happen in it that nobody asks for. */
    boolean hasWorkOfItsOwn() {
        return schedule.isUsed() || settings().hasExpiring() || settings().keepsHistory();
    }

    DeadLetters letters() {
        return redelivery;
    }

    Redelivery redelivery() {
        return redelivery;
    }

    /** Takes a subscription that reads from here on; it existed before, or is being created. */
    void add(Subscription subscription) {
        subscriptions.add(subscription);
    }

    /** Takes a new subscription that starts at the end; gives the changes that make it so. */
    List<Change> addAtEnd(Subscription subscription) {
        return addAt(subscription, partition -> partition.end() - 1);
    }

    /** As {@link #addAtEnd}, but it starts there. */
    List<Change> addAt(Subscription subscription, StartPoint start) {
        return addAt(subscription, partition -> start.floorIn(partition.id()));
    }

    private List<Change> addAt(Subscription subscription, ToLongFunction<Partition> floorIn) {
        List<Change> changes = new ArrayList<>();
        for (Partition partition : logs.all()) {
            long floor = floorIn.applyAsLong(partition);
            long horizon = floor + 1 + ground.settings().horizonStep();
            var cursor = subscription.addPartition(partition, floor, horizon).id();
            changes.add(new Change.ResetCursor(cursor, floor));
            changes.add(new Change.DeliveryHorizon(cursor, horizon));
        }
        subscriptions.add(subscription);
        return changes;
    }

    void remove(Subscription subscription, String reason) {
        subscription.end(reason);
        subscriptions.remove(subscription);
    }

    // ---------------------------------------------------------------- sending

    /**
     * @throws RefusedException when it was deleted
     */
    public void checkUsable() {
        if (state == State.DELETED) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION, "%s was deleted; nothing was sent", address);
        }
    }

    /**
     * @throws RefusedException when it is the temporary destination of another connection (TMP-2)
     */
    public void checkReadableBy(long connectionId) {
        if (owner != 0 && owner != connectionId) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s belongs to another connection and can only be sent to",
                    address);
        }
    }

    public void addUser(DestinationUser user) {
        users.add(user);
    }

    public void removeUser(DestinationUser user) {
        users.remove(user);
    }

    /** A message to a topic without subscriptions is for nobody, unless it keeps history. */
    public boolean hasReaders() {
        return !subscriptions.isEmpty() || settings().keepsHistory();
    }

    /** What nobody could get after a restart need not be forced. */
    private Durability durability(boolean persistent) {
        if (persistent && !address.kind().isTemporary()) {
            if (settings().keepsHistory()) {
                return Durability.PERSISTENT;
            }
            for (Subscription subscription : subscriptions) {
                if (subscription.isDurable()) {
                    return Durability.PERSISTENT;
                }
            }
        }
        return Durability.NON_PERSISTENT;
    }

    /**
     * Takes note of what is sent at the moment of sending, before it is stored or held back.
     *
     * @throws RefusedException when it may not be sent; nothing was changed
     */
    public Arrival accept(Arrival sent) {
        checkPlaceable(sent);
        if (sent.deliverAtMillis() == 0 || sent.deliverAtMillis() <= nowMillis()) {
            return sent;
        }
        schedule.checkRoom();
        schedule.prepare();
        return isTopic() ? sent.with(Audience.stamp(sent.batch(), ground.ids().allBelow())) : sent;
    }

    /**
     * @throws RefusedException when it cannot be stored any more: the destination was deleted, or
     *     its partitions were changed so that the keys of the batch belong to several
     */
    public void checkPlaceable(Arrival arrival) {
        checkUsable();
        Partitioning.checkOneOf(logs.newest(), arrival);
        if (settings().isCompacted()) {
            Partitioning.checkHasKeys(arrival, address);
        }
    }

    private long nowMillis() {
        return ground.loop().clock().millis();
    }

    /**
     * Where it is to be appended now: to the scheduled log while it is not due, else to the lane of
     * its priority; by key, else by its order key, so that the order of a session holds (§6.2.9.2).
     */
    public PartitionId placeOf(Arrival arrival) {
        int number = Partitioning.of(logs.newest(), arrival);
        boolean waits = arrival.deliverAtMillis() != 0 && arrival.deliverAtMillis() > nowMillis();
        // What replaces a message has to be behind it, whatever its priority.
        int lane = settings().isCompacted() ? PartitionId.NORMAL_LANE : arrival.priority();
        return new PartitionId(id, number, waits ? PartitionId.SCHEDULED_LANE : lane);
    }

    /** As it was decided before; elsewhere when the partitions were changed since. */
    public PartitionId placeNow(Arrival arrival, PartitionId decided) {
        return logs.placeNow(arrival, decided);
    }

    /** The change that stores it there. */
    public Change append(Arrival arrival, PartitionId where) {
        if (arrival.firstExpirationMillis() != 0 && !settings().hasExpiring()) {
            rememberExpiring();
        }
        return new Change.Append(where, arrival.batch(), durability(arrival.isPersistent()));
    }

    /** So that after a restart somebody looks for what has expired. */
    private void rememberExpiring() {
        DestinationRow row =
                settings.with(DestinationSettings.withExpiring(settings.row().settings()));
        settings.replace(row);
        if (!address.kind().isTemporary()) {
            ground.storage().commit(List.of(new Change.PutDestination(row)), () -> {});
        }
    }

    /**
     * From now on what is sent goes to so many partitions, which are new; what was sent before is
     * read first (ADR-0008).
     *
     * @throws RefusedException when it cannot have so many; nothing was changed
     */
    void changePartitions(int count, Runnable whenDurable) {
        checkUsable();
        logs.changeLayout(count, schedule, whenDurable);
    }

    /** It was committed: the partition ends at {@code end} at least. */
    public void appended(PartitionId where, long end, Arrival arrival) {
        if (state == State.DELETED) {
            return;
        }
        if (where.lane() == PartitionId.SCHEDULED_LANE) {
            schedule.appended(where, end);
            return;
        }
        Partition partition = logs.find(where);
        if (partition == null) {
            partition = logs.begin(where, end);
        }
        partition.moveEnd(end);
        retention.wake();
        if (subscriptions.isEmpty()) {
            partition.floorMoved();
        } else if (arrival.firstExpirationMillis() != 0) {
            long first = end - arrival.offsets();
            sweeper.appended(partition, first, end - 1, arrival.firstExpirationMillis());
        }
        partition.wakeFollowers();
    }

    /** Ends consumers, producers and subscriptions; its records are dropped. */
    void delete(String reason, Runnable whenDurable) {
        state = State.DELETED;
        schedule.close();
        retention.close();
        logs.close();
        for (Subscription subscription : List.copyOf(subscriptions)) {
            remove(subscription, reason);
        }
        RefusedException why = new RefusedException(ErrorCode.INVALID_DESTINATION, reason);
        List.copyOf(users).forEach(user -> user.onDestinationDeleted(why));
        users.clear();
        ground.storage().commit(List.of(new Change.DeleteDestination(id)), whenDurable);
    }

    public int consumerCount() {
        int count = 0;
        for (Subscription subscription : subscriptions) {
            count += subscription.consumerCount();
        }
        return count;
    }

    @Override
    public String toString() {
        return address.toString();
    }
}
