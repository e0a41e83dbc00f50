package org.millrace.broker.destination;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.millrace.broker.dispatch.Filter;
import org.millrace.broker.dispatch.Gathering;
import org.millrace.broker.dispatch.Lease;
import org.millrace.broker.dispatch.PartitionCursor;
import org.millrace.broker.dispatch.Seat;
import org.millrace.broker.dispatch.Settlement;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.RefusedException;
import org.millrace.persistence.Change;
import org.millrace.persistence.UnitOfWork;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.record.JmsHeader;
import org.millrace.wire.record.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One redrive under way. Confined to the broker loop; works in batches, each one unit of work that
 * appends where the messages failed and settles them in the queue that they leave.
 *
 * <p>A message of a queue goes to the end of its queue; one of a topic to the end of the topic's
 * log, for the one subscription that failed ({@link Audience}). It begins anew, with delivery count
 * 1 and without what the letter told, but with the number of its redrives.
 */
final class RedriveRun implements Redrive.Running {
    private static final Logger LOG = LoggerFactory.getLogger(RedriveRun.class);
    private static final int RECORDS_PER_STEP = 1024;
    private static final int MAX_BATCH = 256;
    private static final long MAX_BATCH_BYTES = 1 << 20;
    private static final int BATCHES_PER_SECOND = 10;
    private static final int MAX_ORIGINS = 100;

    /** Remembered; whoever sends to the queue can name any. */
    private static final int MAX_HOMES = 1000;

    /** Where a message goes; empty when that is gone. */
    private record Home(Optional<Destination> destination) {}

    /** One message that is claimed. */
    private record Taken(PartitionCursor in, Lease<Seat> claimed, Record record) {}

    private final Redrive.Request request;
    private final Ground ground;
    private final Destinations destinations;
    private final Filter filter;
    private final Gathering gathering;
    private final Answer<Redrive.Outcome> answer;
    private final Map<String, Home> homes = new HashMap<>();
    private final Map<String, Long> byOrigin = new TreeMap<>();
    private List<Taken> batch = new ArrayList<>();
    private Appends appends = new Appends();
    private long batchBytes;
    private String unknownOrigin;
    private long redriven;
    private long notSelected;
    private long notLetters;
    private long homeless;
    private boolean cancelled;
    private boolean ended;

    /**
     * A batch is being stored, or rests for the sake of the rate: the next step comes by itself.
     */
    private boolean resting;

    /** Refused, by the answer, when there is no such queue or the selector is wrong. */
    static RedriveRun start(
            Redrive.Request request,
            Destination queue,
            Ground ground,
            Destinations destinations,
            Answer<Redrive.Outcome> answer) {
        RedriveRun run = new RedriveRun(request, queue, ground, destinations, answer);
        run.step();
        return run;
    }

    private RedriveRun(
            Redrive.Request request,
            Destination queue,
            Ground ground,
            Destinations destinations,
            Answer<Redrive.Outcome> answer) {
        this.request = request;
        this.ground = ground;
        this.destinations = destinations;
        this.answer = answer;
        this.filter = SelectorFilters.compile(request.selector());
        this.gathering = queue.onlySubscription().gather(this::loaded);
    }

    @Override
    public Redrive.Progress progress() {
        return new Redrive.Progress(
                redriven, byOrigin, notSelected, notLetters, homeless, gathering.held());
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    private void loaded() {
        if (!resting) {
            step();
        }
    }

    private void step() {
        resting = false;
        if (ended) {
            return;
        }
        if (cancelled) {
            end(Redrive.End.CANCELLED, "");
            return;
        }
        if (isLimitReached()) {
            end(Redrive.End.FINISHED, "");
            return;
        }
        Gathering.Pause pause = gathering.run(RECORDS_PER_STEP, this::passed);
        if (!batch.isEmpty()) {
            store();
        } else if (pause == Gathering.Pause.END) {
            end(Redrive.End.FINISHED, "");
        } else if (unknownOrigin != null) {
            findHome();
        } else if (pause != Gathering.Pause.READING) {
            ground.loop().execute(this::step);
        }
    }

    private boolean isLimitReached() {
        return request.maxMessages() > 0 && redriven + batch.size() >= request.maxMessages();
    }

    private int batchLimit() {
        if (request.messagesPerSecond() == 0) {
            return MAX_BATCH;
        }
        return Math.max(1, Math.min(MAX_BATCH, request.messagesPerSecond() / BATCHES_PER_SECOND));
    }

    private boolean passed(PartitionCursor in, Record record) {
        if (isLimitReached() || batch.size() >= batchLimit() || batchBytes >= MAX_BATCH_BYTES) {
            return false;
        }
        if (!filter.matchesReadable(record, JmsHeader.of(record))) {
            notSelected++;
            return true;
        }
        Map<String, Object> told = Letters.propertiesOf(record);
        if (!(told.get(Letters.ORIGIN) instanceof String origin)) {
            notLetters++;
            return true;
        }
        Home home = homes.get(origin);
        if (home == null) {
            unknownOrigin = origin;
            return false;
        }
        if (!hasHome(home, told)) {
            homeless++;
            return true;
        }
        if (request.mode() == Redrive.Mode.DRY_RUN) {
            count(told);
        } else {
            in.claim(record.offset())
                    .ifPresent(claimed -> take(new Taken(in, claimed, record), home, told));
        }
        return true;
    }

    private static boolean hasHome(Home home, Map<String, Object> told) {
        if (home.destination().isEmpty() || home.destination().get().isDeleted()) {
            return false;
        }
        Destination destination = home.destination().get();
        if (!destination.isTopic()) {
            return true;
        }
        for (Subscription each : destination.subscriptions()) {
            if (told.get(Letters.SUBSCRIPTION_ID) instanceof Long id && id == each.id()) {
                return true;
            }
        }
        return false;
    }

    private void take(Taken taken, Home home, Map<String, Object> told) {
        Destination destination = home.destination().orElseThrow();
        OptionalLong only =
                destination.isTopic()
                        ? OptionalLong.of((Long) told.get(Letters.SUBSCRIPTION_ID))
                        : OptionalLong.empty();
        Arrival back = Letters.back(taken.record(), only, ground.loop().clock().millis());
        appends.add(destination, destination.placeOf(back), back);
        batch.add(taken);
        batchBytes += taken.record().sizeBytes();
    }

    private void count(Map<String, Object> told) {
        redriven++;
        Object subscription = told.get(Letters.SUBSCRIPTION);
        String origin = told.get(Letters.ORIGIN) + (subscription == null ? "" : " " + subscription);
        if (byOrigin.size() < MAX_ORIGINS || byOrigin.containsKey(origin)) {
            byOrigin.merge(origin, 1L, Long::sum);
        }
    }

    private void findHome() {
        String origin = unknownOrigin;
        unknownOrigin = null;
        Answer<Destination> found =
                Answer.of(
                        destination -> foundHome(origin, new Home(Optional.of(destination))),
                        gone -> foundHome(origin, new Home(Optional.empty())));
        Optional<Address> address = addressOf(origin);
        if (address.isPresent()) {
            destinations.find(address.get(), found);
        } else {
            foundHome(origin, new Home(Optional.empty()));
        }
    }

    private void foundHome(String origin, Home home) {
        if (homes.size() >= MAX_HOMES) {
            homes.clear();
        }
        homes.put(origin, home);
        ground.loop().execute(this::step);
    }

    private static Optional<Address> addressOf(String origin) {
        for (Address.Kind kind : Address.Kind.values()) {
            String prefix = kind.name().toLowerCase(Locale.ROOT) + ":";
            if (origin.startsWith(prefix)) {
                return Optional.of(Address.of(kind, origin.substring(prefix.length())));
            }
        }
        return Optional.empty();
    }

    private void store() {
        resting = true;
        List<Taken> stored = batch;
        Appends placed = appends;
        batch = new ArrayList<>();
        appends = new Appends();
        batchBytes = 0;
        Settlement settlement = new Settlement();
        stored.forEach(each -> settlement.add(each.in(), each.claimed()));
        List<Change> changes = new ArrayList<>(placed.changes());
        changes.addAll(settlement.changes());
        long beganMillis = ground.loop().clock().millis();
        ground.storage()
                .commit(
                        new UnitOfWork(changes),
                        Answer.of(
                                committed -> {
                                    settlement.apply();
                                    placed.apply(committed);
                                    stored.forEach(
                                            each -> count(Letters.propertiesOf(each.record())));
                                    stepPaced(stored.size(), beganMillis);
                                },
                                why -> {
                                    stored.forEach(
                                            each ->
                                                    each.in()
                                                            .unclaim(
                                                                    each.claimed(), each.record()));
                                    end(Redrive.End.STOPPED, why.getMessage());
                                }));
    }

    private void stepPaced(int messages, long beganMillis) {
        if (request.messagesPerSecond() == 0) {
            ground.loop().execute(this::step);
            return;
        }
        long due = beganMillis + messages * 1000L / request.messagesPerSecond();
        long wait = Math.max(1, due - ground.loop().clock().millis());
        ground.loop().after(Duration.ofMillis(wait), this::step);
    }

    private void end(Redrive.End how, String why) {
        ended = true;
        Redrive.Outcome outcome = new Redrive.Outcome(progress(), how, why);
        LOG.info("redrive of {}: {}", request, outcome);
        answer.granted(outcome);
    }

    /** Finds the queue, then starts; what is asked of it before is answered as far as it can be. */
    static Redrive.Running find(
            Redrive.Request request,
            Ground ground,
            Destinations destinations,
            Answer<Redrive.Outcome> answer) {
        Waiting waiting = new Waiting();
        if (request.from().kind() != Address.Kind.QUEUE
                || request.maxMessages() < 0
                || request.messagesPerSecond() < 0) {
            answer.refused(
                    RefusedException.of(
                            ErrorCode.INVALID_ARGUMENT,
                            "%s: only from a queue, with numbers of 0 or more",
                            request));
            return waiting;
        }
        destinations.find(
                request.from(),
                Answer.of(
                        queue -> {
                            try {
                                waiting.run = start(request, queue, ground, destinations, answer);
                            } catch (RefusedException why) {
                                answer.refused(why);
                            }
                        },
                        answer::refused));
        return waiting;
    }

    /** Stands for a redrive whose queue is being loaded. */
    private static final class Waiting implements Redrive.Running {
        private RedriveRun run;

        @Override
        public Redrive.Progress progress() {
            return run == null ? new Redrive.Progress(0, Map.of(), 0, 0, 0, 0) : run.progress();
        }

        @Override
        public void cancel() {
            if (run != null) {
                run.cancel();
            }
        }
    }
}
