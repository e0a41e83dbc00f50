package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.millrace.broker.dispatch.ExpirySweeper;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.dispatch.SubscriptionLabel;
import org.millrace.broker.dispatch.SubscriptionTerms;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.broker.settings.InvalidConfigException;
import org.millrace.foundation.Check;
import org.millrace.persistence.Change;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All destinations by kind and name; creates them on first use. Confined to the broker loop. */
public final class Destinations {
    /** Name in the catalog of the one subscription of a queue. */
    private static final String QUEUE_SUBSCRIPTION = "queue";

    private static final Logger LOG = LoggerFactory.getLogger(Destinations.class);
    static final int MAX_NAME_LENGTH = 1024;

    private final Ground ground;
    private final ExpirySweeper sweeper;
    private final LastStops lastStops;
    private final Map<Address, Destination> byAddress = new LinkedHashMap<>();
    private final TreeMap<Long, Destination> byId = new TreeMap<>();
    private Consumer<PartitionCursor> whenLoaded = cursor -> {};
    private Predicate<Destination> isHeld = destination -> false;

    public Destinations(Ground ground) {
        this.ground = ground;
        this.sweeper = new ExpirySweeper(ground.loop(), ground.storage());
        this.lastStops = new LastStops(ground.settings().destinations());
    }

    LastStops lastStops() {
        return lastStops;
    }

    ExpirySweeper sweeper() {
        return sweeper;
    }

    /** Hears of each cursor that is loaded before anything is delivered from it. */
    public void whenLoaded(Consumer<PartitionCursor> hears) {
        whenLoaded = hears;
    }

    void loaded(Subscription subscription) {
        subscription.cursors().forEach(whenLoaded);
    }

    /** Who says which destinations must not be deleted now: branches in doubt send to them. */
    public void heldBy(Predicate<Destination> holder) {
        isHeld = holder;
    }

    /**
     * @throws RefusedException when a branch in doubt sends to it
     */
    public void checkNotInDoubt(Destination destination) {
        if (isHeld.test(destination)) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "a prepared transaction sends to %s; decide it first: see"
                            + " 'millrace transactions'",
                    destination);
        }
    }

    /** Takes over a destination from the catalog; it is loaded on first use. */
    public void restore(DestinationRow row) {
        Address.Kind kind =
                row.kind() == DestinationRow.Kind.QUEUE ? Address.Kind.QUEUE : Address.Kind.TOPIC;
        put(new Destination(row, Address.of(kind, row.name()), 0, ground, this));
    }

    /** Takes over a subscription from the catalog that a destination has for itself. */
    public boolean restoreOwn(SubscriptionRow row) {
        switch (row.name()) {
            case QUEUE_SUBSCRIPTION ->
                    restored(row)
                            .add(
                                    newQueueSubscription(
                                            row.id(),
                                            Subscription.Lifetime.DURABLE,
                                            restored(row)));
            case Schedule.SUBSCRIPTION -> restored(row).restoreSchedule(row.id());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Opens what has something to do by itself. */
    public void start() {
        for (Destination each : List.copyOf(byId.values())) {
            if (each.hasWorkOfItsOwn()) {
                each.whenOpen(() -> {});
            }
        }
    }

    /** A stop in order: all connections have ended. */
    public void stop() {
        List<Change> changes = new ArrayList<>();
        for (Destination each : byId.values()) {
            each.subscriptions().forEach(subscription -> subscription.stop(changes));
        }
        if (!changes.isEmpty()) {
            ground.storage().commit(changes, () -> {});
        }
    }

    Destination restored(SubscriptionRow row) {
        Destination destination = byId.get(row.destinationId());
        Check.invariant(destination != null, "subscription %s of no destination", row);
        return destination;
    }

    private void put(Destination destination) {
        byAddress.put(destination.address(), destination);
        byId.put(destination.id(), destination);
    }

    /** Finds the destination, or creates it; those who ask while it is created join. */
    public void use(Address address, Answer<Destination> answer) {
        Destination found;
        try {
            DestinationOptions options = DestinationOptions.of(address);
            Address bare = DestinationOptions.bare(address);
            found = byAddress.get(bare);
            if (found == null) {
                checkName(bare);
                options.from().ifPresent(position -> StartPoint.checkNew(position, address));
                found = create(bare, options);
            } else {
                options.check(found);
                found.liveSettings().checkAgreesWith(options.settings());
            }
        } catch (RefusedException refused) {
            answer.refused(refused);
            return;
        }
        whenOpen(found, answer);
    }

    private static void whenOpen(Destination found, Answer<Destination> answer) {
        found.whenOpen(
                () -> {
                    if (found.isDeleted()) {
                        answer.refused(
                                RefusedException.of(
                                        ErrorCode.INVALID_DESTINATION, "%s was deleted", found));
                    } else {
                        answer.granted(found);
                    }
                });
    }

    /** Only when it exists; not necessarily loaded. */
    public Optional<Destination> findById(long id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** Calls back when it is loaded, or was deleted. */
    public void load(Destination destination, Runnable then) {
        destination.whenOpen(then);
    }

    /** Only when it exists. */
    public void find(Address address, Answer<Destination> answer) {
        Destination found = byAddress.get(DestinationOptions.bare(address));
        if (found == null) {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.INVALID_DESTINATION, "%s does not exist", address));
        } else {
            whenOpen(found, answer);
        }
    }

    /**
     * Changes settings of an existing destination, all or none: a value sets one, none gives it
     * back to the pattern of the name, or the default. They hold at once, also for what is already
     * stored; the answer comes when that is durable, with all settings. The number of partitions is
     * no setting.
     */
    public void alter(
            Address address,
            Map<String, Optional<String>> changes,
            Answer<List<SettingValue>> answer) {
        find(address, Answer.of(found -> found.alter(changes, answer), answer::refused));
    }

    /** Sends letters back; see {@link Redrive}. */
    public Redrive.Running redrive(Redrive.Request request, Answer<Redrive.Outcome> answer) {
        return RedriveRun.find(request, ground, this, answer);
    }

    /**
     * From now on what is sent to the destination goes to so many partitions, more or fewer than
     * before; messages of one key, and those of one session without key, stay in order (ADR-0008).
     * Answers when that is durable, with the number that there were.
     */
    public void changePartitions(Address address, int partitions, Answer<Integer> answer) {
        find(
                address,
                Answer.of(
                        found -> {
                            int before = found.partitionCount();
                            try {
                                DestinationOptions.checkPartitions(address, partitions);
                                found.changePartitions(
                                        partitions,
                                        () -> {
                                            LOG.info(
                                                    "{} has {} partitions, before it had {}",
                                                    found,
                                                    partitions,
                                                    before);
                                            answer.granted(before);
                                        });
                            } catch (RefusedException why) {
                                answer.refused(why);
                            }
                        },
                        answer::refused));
    }

    /**
     * @throws InvalidConfigException when a destination cannot have such settings
     */
    public static void checkDefaults(DestinationDefaults defaults) {
        for (DestinationDefaults.Rule rule : defaults.rules()) {
            try {
                DestinationOptions.checkDefault(rule.key(), rule.value());
            } catch (IllegalArgumentException wrong) {
                throw new InvalidConfigException(
                        "destination.%s.%s: %s; broker not started"
                                .formatted(rule.pattern(), rule.key(), wrong.getMessage()));
            }
        }
    }

    /** Creates the destination; refused when it exists. */
    public void create(Address address, Answer<Destination> answer) {
        Destination created;
        try {
            DestinationOptions options = DestinationOptions.of(address);
            Address bare = DestinationOptions.bare(address);
            checkName(bare);
            options.checkNotOfConsumer(address);
            if (byAddress.containsKey(bare)) {
                throw RefusedException.of(ErrorCode.INVALID_DESTINATION, "%s exists already", bare);
            }
            created = create(bare, options);
        } catch (RefusedException refused) {
            answer.refused(refused);
            return;
        }
        created.whenOpen(() -> answer.granted(created));
    }

    /** Those with ids above the given one, ascending: in the order in which they were created. */
    public Collection<Destination> createdAfter(long id) {
        return byId.tailMap(id, false).values();
    }

    private static void checkName(Address address) {
        String name = address.name();
        if (name.isBlank() || name.length() > MAX_NAME_LENGTH) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "destination name of %d characters%s, expected 1 to %d; nothing was created",
                    name.length(),
                    name.isBlank() ? ", all of them blank" : "",
                    MAX_NAME_LENGTH);
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "destination name '%s' has control characters; nothing was created",
                    name.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private Destination create(Address address, DestinationOptions options) {
        if (address.kind().isTemporary()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s does not exist; it is gone when its connection is closed",
                    address);
        }
        checkRoom();
        long id = ground.ids().next();
        int partitions =
                options.partitions()
                        .orElseGet(
                                () ->
                                        DestinationOptions.defaultPartitions(
                                                ground.settings().destinations(), address));
        DestinationRow created = newRow(id, address, partitions, options.settings());
        Destination destination = new Destination(created, address, 0, ground, this);
        Change row = new Change.PutDestination(created);
        destination.creating();
        if (address.kind().isTopic()) {
            createStored(destination, List.of(row), () -> {});
        } else {
            createQueue(destination, row);
        }
        return destination;
    }

    private DestinationRow newRow(
            long id, Address address, int partitions, Map<String, String> given) {
        DestinationRow.Kind kind =
                address.kind().isTopic() ? DestinationRow.Kind.TOPIC : DestinationRow.Kind.QUEUE;
        Map<String, String> settings =
                DestinationSettings.created(given, ground.loop().clock().instant());
        return new DestinationRow(id, kind, address.name(), partitions, settings);
    }

    private void createQueue(Destination destination, Change row) {
        long subscriptionId = ground.ids().next();
        Subscription subscription =
                newQueueSubscription(subscriptionId, Subscription.Lifetime.DURABLE, destination);
        PartitionId first = new PartitionId(destination.id(), 0, PartitionId.NORMAL_LANE);
        destination.logs().begin(first, 0);
        List<Change> changes = new ArrayList<>();
        changes.add(row);
        changes.add(
                new Change.PutSubscription(
                        new SubscriptionRow(
                                subscriptionId, destination.id(), QUEUE_SUBSCRIPTION, Map.of())));
        changes.addAll(destination.addAtEnd(subscription));
        createStored(destination, changes, subscription::open);
    }

    private void createStored(Destination destination, List<Change> changes, Runnable durable) {
        put(destination);
        ground.storage()
                .commit(
                        changes,
                        () -> {
                            LOG.info("{} created with id {}", destination, destination.id());
                            durable.run();
                            destination.opened();
                        });
    }

    private Subscription newQueueSubscription(
            long id, Subscription.Lifetime lifetime, Destination queue) {
        return new Subscription(
                ground.loop(),
                ground.turn(),
                ground.storage(),
                ground.settings(),
                new SubscriptionTerms(
                        id,
                        QUEUE_SUBSCRIPTION,
                        lifetime,
                        Subscription.Filtering.BY_CONSUMER,
                        queue.redelivery(),
                        SubscriptionLabel.QUEUE));
    }

    /** Creates a destination that lives in memory until {@link #deleteTemporary}. */
    public Destination createTemporary(Address.Kind kind, long connectionId) {
        long id = ground.ids().next();
        return createTemporary(
                id, Address.of(kind, temporaryPrefix(connectionId) + id), connectionId);
    }

    private static String temporaryPrefix(long connectionId) {
        return "temporary-%d-".formatted(connectionId);
    }

    /**
     * The temporary destination that a connection had before it lost its link: as it is, or an
     * empty one when the broker has forgotten it. Whoever has its name goes on with it.
     *
     * @throws RefusedException when the connection cannot have had one of this name
     */
    public Destination restoreTemporary(Address address, long connectionId) {
        Destination found = byAddress.get(address);
        if (found != null && found.owner() == connectionId) {
            return found;
        }
        if (found != null || !mayHaveHad(connectionId, address.name())) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s was no temporary destination of this connection",
                    address);
        }
        return createTemporary(ground.ids().next(), address, connectionId);
    }

    private boolean mayHaveHad(long connectionId, String name) {
        String prefix = temporaryPrefix(connectionId);
        String id = name.startsWith(prefix) ? name.substring(prefix.length()) : "";
        return id.matches("[1-9][0-9]{0,17}") && ground.ids().wasGivenOut(Long.parseLong(id));
    }

    private Destination createTemporary(long id, Address address, long connectionId) {
        checkRoom();
        Address.Kind kind = address.kind();
        Destination destination =
                new Destination(
                        newRow(id, address, 1, Map.of()), address, connectionId, ground, this);
        if (!kind.isTopic()) {
            Subscription subscription =
                    newQueueSubscription(
                            ground.ids().next(), Subscription.Lifetime.EPHEMERAL, destination);
            destination.add(subscription);
            subscription.open();
        }
        put(destination);
        destination.opened();
        return destination;
    }

    private void checkRoom() {
        if (byAddress.size() >= ground.settings().maxDestinations()) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "the broker has %d destinations and takes no more",
                    byAddress.size());
        }
    }

    /**
     * @throws RefusedException when it is not this connection's, or has consumers (TMP-4)
     */
    public void deleteTemporary(Address address, long connectionId) {
        Destination destination = byAddress.get(address);
        if (destination == null || destination.owner() != connectionId) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s is no temporary destination of this connection",
                    address);
        }
        if (destination.consumerCount() > 0) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has %d open consumers; close them first",
                    destination,
                    destination.consumerCount());
        }
        drop(destination, destination + " was deleted");
    }

    /** Deletes a destination whatever uses it. */
    public void drop(Destination destination, String reason) {
        drop(destination, reason, () -> {});
    }

    /** As {@link #drop(Destination, String)}, telling when it is durable. */
    public void drop(Destination destination, String reason, Runnable whenDurable) {
        byAddress.remove(destination.address());
        byId.remove(destination.id());
        destination.delete(reason, whenDurable);
    }
}
