package org.millrace.broker.simulation;

import static org.millrace.wire.admin.AdminOperations.ALTER_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.CREATE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.DELETE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.DESCRIBE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.PURGE;
import static org.millrace.wire.admin.AdminOperations.REPLAY;
import static org.millrace.wire.admin.AdminOperations.START_REDRIVE;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Move;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.AdminArguments.OfDestination;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.DestinationDetails;
import org.millrace.wire.admin.Setting;
import org.millrace.wire.frame.Frame;

/** What the operator does, by chance. */
final class Tasks {
    private static final String RETENTION = "retention";

    /** Values of one setting that may hold: one, unless the broker was lost. */
    private record Knob(Address destination, String key) {}

    private final World world;
    private final List<Address> destinations;
    private final Optional<Address> doomed;
    private final Upheavals upheavals;
    private final Histories histories;
    private final LongSupplier nowMillis;
    private final RandomGenerator chance;
    private final Map<Knob, Set<String>> values = new HashMap<>();
    private final Set<Address> empty = new HashSet<>();

    /** {@code doomed} is deleted again and again. */
    Tasks(
            World world,
            List<Address> destinations,
            Optional<Address> doomed,
            Histories histories,
            LongSupplier nowMillis,
            RandomGenerator chance) {
        this.world = world;
        this.destinations = destinations;
        this.doomed = doomed;
        this.upheavals = new Upheavals(world.ledger(), histories);
        this.histories = histories;
        this.nowMillis = nowMillis;
        this.chance = chance;
    }

    private Ledger ledger() {
        return world.ledger();
    }

    Optional<Operator.Task> next() {
        int dice = chance.nextInt(20);
        if (dice < 8) {
            return replay();
        } else if (dice < 10) {
            return purge();
        } else if (dice < 13) {
            return Optional.of(alter());
        } else if (dice < 17) {
            return world.rules().letters() ? Optional.of(redrive()) : Optional.empty();
        }
        return doomed.map(each -> chance.nextInt(3) > 0 ? delete(each) : create(each));
    }

    // ---------------------------------------------------------------- subscriptions

    /** Durable ones that somebody may move. */
    private Optional<ModelSubscription> anySubscription() {
        List<ModelSubscription> durable =
                destinations.stream()
                        .flatMap(each -> ledger().subscriptionsOf(each).stream())
                        .filter(ModelSubscription::isDurable)
                        .toList();
        return durable.isEmpty()
                ? Optional.empty()
                : Optional.of(durable.get(chance.nextInt(durable.size())));
    }

    private static OfSubscription argument(ModelSubscription of) {
        return new OfSubscription(
                of.destination.kind(),
                of.destination.name(),
                of.clientId.isEmpty() ? Optional.empty() : Optional.of(of.clientId),
                of.wireName(),
                "");
    }

    private Optional<Operator.Task> replay() {
        return anySubscription()
                .filter(each -> !world.rules().hasLettersOf(each.destination))
                .map(this::replay);
    }

    private Upheavals.Kind anyKind() {
        int dice = chance.nextInt(6);
        if (dice < 3) {
            return Upheavals.Kind.EARLIEST;
        }
        return dice < 5 ? Upheavals.Kind.TIME : Upheavals.Kind.LATEST;
    }

    private Operator.Task replay(ModelSubscription moved) {
        Upheavals.Kind kind = anyKind();
        Duration ago = Duration.ofMillis(1 + chance.nextInt(2000));
        Instant since = Instant.ofEpochMilli(nowMillis.getAsLong()).minus(ago);
        boolean isRelative = chance.nextBoolean();
        String to =
                switch (kind) {
                    case EARLIEST -> "earliest";
                    case LATEST -> "latest";
                    case TIME -> isRelative ? "-" + ago : since.toString();
                };
        MoveMode mode = chance.nextInt(8) == 0 ? MoveMode.DRY_RUN : MoveMode.MOVE;
        return new Refusable() {
            private long askedTick;

            @Override
            public Frame.Admin request(long requestId) {
                askedTick = ledger().now();
                moved.moving = true;
                return Operator.Task.frame(requestId, REPLAY, new Move(argument(moved), to, mode));
            }

            private Upheavals.Move move() {
                long from =
                        isRelative ? nowMillis.getAsLong() - ago.toMillis() : since.toEpochMilli();
                return new Upheavals.Move(kind, from, askedTick);
            }

            @Override
            public void granted(String result) {
                moved.moving = false;
                if (mode == MoveMode.MOVE) {
                    upheavals.moved(moved, move());
                }
            }

            @Override
            public void unanswered() {
                moved.moving = false;
                if (mode == MoveMode.MOVE) {
                    upheavals.mayHaveMoved(moved, move());
                }
            }

            @Override
            void refused() {
                moved.moving = false;
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(
                        ErrorCode.INVALID_DESTINATION,
                        ErrorCode.UNKNOWN_SUBSCRIPTION,
                        ErrorCode.IN_USE);
            }
        };
    }

    private Optional<Operator.Task> purge() {
        return anySubscription().map(this::purge);
    }

    private Operator.Task purge(ModelSubscription purged) {
        return new Refusable() {
            private long askedTick;

            @Override
            public Frame.Admin request(long requestId) {
                askedTick = ledger().now();
                return Operator.Task.frame(requestId, PURGE, argument(purged));
            }

            @Override
            public void granted(String result) {
                upheavals.purged(purged, askedTick);
            }

            @Override
            public void unanswered() {
                upheavals.mayBePurged(purged);
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION, ErrorCode.UNKNOWN_SUBSCRIPTION);
            }
        };
    }

    private Operator.Task redrive() {
        NewRedrive asked =
                new NewRedrive(
                        Rules.LETTERS,
                        chance.nextInt(3) == 0 ? "n = " + chance.nextInt(2) : "",
                        chance.nextInt(3) * 2L,
                        chance.nextInt(3) == 0 ? 50 : 0,
                        MoveMode.MOVE);
        return new Refusable() {
            @Override
            public Frame.Admin request(long requestId) {
                return Operator.Task.frame(requestId, START_REDRIVE, asked);
            }

            @Override
            public void granted(String result) {
                // What it moves comes with the number of its redrives.
            }

            @Override
            public void unanswered() {
                // As above.
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION, ErrorCode.RESOURCE_LIMIT);
            }
        };
    }

    // ---------------------------------------------------------------- destinations

    private Operator.Task alter() {
        Address altered = destinations.get(chance.nextInt(destinations.size()));
        boolean isRetention = chance.nextInt(3) > 0;
        String key = isRetention ? RETENTION : "redeliveryDelayMillis";
        String value =
                isRetention
                        ? List.of("P1D", "PT1S", "PT3S").get(chance.nextInt(3))
                        : String.valueOf(world.rules().rests() ? chance.nextInt(100) : 0);
        Knob knob = new Knob(altered, key);
        return new Refusable() {
            @Override
            public Frame.Admin request(long requestId) {
                if (isRetention) {
                    histories.uncertain(altered);
                }
                return Operator.Task.frame(
                        requestId,
                        ALTER_DESTINATION,
                        new AlteredDestination(
                                altered.kind(),
                                altered.name(),
                                OptionalInt.empty(),
                                Map.of(key, value),
                                List.of()));
            }

            @Override
            public void granted(String result) {
                values.put(knob, Set.of(value));
                if (isRetention) {
                    histories.altered(altered, Duration.parse(value), ledger().now());
                }
                checkSettings(altered, AdminJson.single(ALTER_DESTINATION, result));
            }

            @Override
            public void unanswered() {
                Set<String> possible = new HashSet<>(values.getOrDefault(knob, Set.of()));
                possible.add(value);
                values.put(knob, values.containsKey(knob) ? possible : Set.of());
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION);
            }
        };
    }

    /** Whatever was altered is so still. */
    private void checkSettings(Address destination, DestinationDetails details) {
        for (Setting each : details.settings()) {
            Set<String> possible = values.getOrDefault(new Knob(destination, each.key()), Set.of());
            if (!possible.isEmpty() && !possible.contains(each.value().orElse(""))) {
                ledger().violated(
                                "%s of %s is %s, expected %s",
                                each.key(), destination, each.value(), possible);
            }
        }
    }

    private Operator.Task delete(Address deleted) {
        return new Refusable() {
            private long askedTick;

            @Override
            public Frame.Admin request(long requestId) {
                askedTick = ledger().now();
                return Operator.Task.frame(
                        requestId,
                        DELETE_DESTINATION,
                        new DoomedDestination(deleted.kind(), deleted.name(), Content.DROPPED));
            }

            @Override
            public void granted(String result) {
                upheavals.deleted(deleted, askedTick);
            }

            @Override
            public void unanswered() {
                upheavals.mayBeDeleted(deleted);
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION, ErrorCode.IN_USE);
            }
        };
    }

    private Operator.Task create(Address created) {
        int partitions = 1 + chance.nextInt(4);
        return new Refusable() {
            @Override
            public Frame.Admin request(long requestId) {
                return Operator.Task.frame(
                        requestId,
                        CREATE_DESTINATION,
                        new NewDestination(
                                created.kind(),
                                created.name(),
                                OptionalInt.of(partitions),
                                Map.of()));
            }

            @Override
            public void granted(String result) {
                // An empty one is as good as none.
            }

            @Override
            public void unanswered() {
                // As above.
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION);
            }
        };
    }

    // ---------------------------------------------------------------- the end

    void checkReplays() {
        upheavals.checkReplays();
    }

    /** When everything is acknowledged: looks whether anything is kept that nobody needs. */
    Optional<Operator.Task> last() {
        if (!world.isLastCall()) {
            return Optional.empty();
        }
        return destinations.stream()
                .filter(each -> !empty.contains(each) && histories.keepsNothing(each))
                .findFirst()
                .map(this::describe);
    }

    /** Whether nothing is kept of destinations without history. */
    boolean isNothingKept() {
        return destinations.stream()
                .allMatch(each -> empty.contains(each) || !histories.keepsNothing(each));
    }

    private Operator.Task describe(Address described) {
        return new Refusable() {
            @Override
            public Frame.Admin request(long requestId) {
                return Operator.Task.frame(
                        requestId,
                        DESCRIBE_DESTINATION,
                        new OfDestination(described.kind(), described.name(), ""));
            }

            @Override
            public void granted(String result) {
                if (AdminJson.single(DESCRIBE_DESTINATION, result).summary().messages() == 0) {
                    empty.add(described);
                }
            }

            @Override
            public void unanswered() {
                // It is asked again.
            }

            @Override
            void refused() {
                empty.add(described);
            }

            @Override
            Set<ErrorCode> expected() {
                return Set.of(ErrorCode.INVALID_DESTINATION);
            }
        };
    }

    /** One that may be refused for known reasons. */
    private abstract class Refusable implements Operator.Task {
        abstract Set<ErrorCode> expected();

        void refused() {
            // Nothing was changed.
        }

        @Override
        public void refused(Frame.Failed why) {
            refused();
            if (!expected().contains(why.code())) {
                ledger().violated("the operator is refused: %s", why);
            }
        }
    }
}
