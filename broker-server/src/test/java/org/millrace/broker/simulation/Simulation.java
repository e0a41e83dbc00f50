package org.millrace.broker.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.link.DirectLinks;
import org.millrace.wire.link.LinkListener;
import org.millrace.wire.link.LinkSettings;
import org.millrace.wire.record.Record;

/**
 * A whole broker with its clients, disk and links on the calling thread, driven by one seed: the
 * same seed gives the same run, event for event.
 *
 * <p>First everybody acts and things go wrong; then faults cease, and everything that was confirmed
 * must arrive; then the broker is stopped and started once more, and nothing may come again.
 */
final class Simulation implements World, Faults.Hands {
    /** What a run came to. */
    record Outcome(
            long seed,
            long events,
            int messages,
            long deliveries,
            long keyedDeliveries,
            int layouts,
            int operations,
            int branches,
            int starts) {}

    private enum Phase {
        ACTIVE,
        CALM,
        LAST_CALL
    }

    private record OpenLink(DirectLinks ends, Life life, Loop clientLoop, int[] framesLeft) {}

    private static final Instant EPOCH = Instant.parse("2026-11-01T00:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final long MAX_EVENTS = 2_000_000;
    private static final Duration OPERATOR_PAUSE = Duration.ofMillis(150);
    private static final int FOREVER = Integer.MAX_VALUE;

    private final long seed;
    private final Flaws flaws;
    private final SplittableRandom chance;
    private final SeededScheduler scheduler;
    private final Story story;
    private final Ledger ledger;
    private final Plan plan;
    private final FaultyStorageIo disk;
    private final HeapCatalog catalog = new HeapCatalog();
    private final Faults faults;
    private final Loop worldLoop;
    private final LayoutChanges layouts;
    private final ModelBranches branches;
    private final List<ModelClient> clients;
    private final List<Address> destinations;
    private final Tasks tasks;
    private final Operator operator;
    private final List<OpenLink> links = new ArrayList<>();

    /** What must be done outside all loops, between two events. */
    private final ArrayDeque<Runnable> outside = new ArrayDeque<>();

    private SimulatedBroker broker;
    private Optional<DirectLinks> operatorLink = Optional.empty();
    private Phase phase = Phase.ACTIVE;
    private boolean stopping;
    private boolean failed;
    private boolean failureExpected;
    private boolean stoppedInOrder;
    private boolean diskIsFull;
    private boolean diskIsSlow;
    private Life slowLink = new Life();
    private long events;
    private int starts;

    Simulation(long seed, Flaws flaws, Optional<Consumer<String>> trace) {
        this.seed = seed;
        this.flaws = flaws;
        this.chance = new SplittableRandom(seed);
        this.scheduler = new SeededScheduler(chance.split(), EPOCH);
        this.story = new Story(trace, scheduler::nanoTime);
        this.plan = Plan.draw(chance);
        this.ledger = new Ledger(story, plan.rules(), () -> scheduler.clock().millis());
        this.disk = new FaultyStorageIo(chance.split());
        this.faults = new Faults(plan.eventsBetweenFaults(), this, chance.split());
        this.worldLoop = scheduler.newLoop("world");
        this.branches = new ModelBranches(this, chance.split());
        Cast cast = new Cast(plan, this, scheduler, chance.split());
        this.clients = cast.clients();
        this.destinations = cast.destinations();
        Histories histories = new Histories(plan.rules(), () -> scheduler.clock().millis());
        histories.of(ledger::messages);
        this.tasks =
                new Tasks(
                        this,
                        cast.destinations(),
                        plan.doomed() ? Optional.of(Cast.DOOMED) : Optional.empty(),
                        histories,
                        () -> scheduler.clock().millis(),
                        chance.split());
        this.operator =
                new Operator(
                        this,
                        tasks,
                        scheduler.newLoop("operator"),
                        OPERATOR_PAUSE.multipliedBy(plan.tempo()),
                        chance.split());
        this.layouts = new LayoutChanges(plan, cast.destinations(), story, chance.split());
    }

    Outcome run() {
        try {
            story.tell("seed %d: %s", seed, plan);
            start();
            clients.forEach(ModelClient::start);
            if (plan.administered()) {
                operator.start();
            }
            act();
            calmDown();
            repeat();
            return new Outcome(
                    seed,
                    events,
                    ledger.messageCount(),
                    ledger.deliveryCount(),
                    ledger.keyedDeliveryCount(),
                    layouts.count(),
                    operator.finished(),
                    branches.decided(),
                    starts);
        } catch (RuntimeException | Error failure) {
            throw new SimulationFailure(seed, story, failure);
        }
    }

    // ---------------------------------------------------------------- the run

    private void act() {
        long end = scheduler.nanoTime() + plan.activity().toNanos();
        while (scheduler.nanoTime() < end) {
            faults.beforeEvent();
            if (isUp() && broker.isReady() && !stopping) {
                layouts.beforeEvent(broker);
            }
            step();
        }
    }

    private void step() {
        if (++events > MAX_EVENTS) {
            throw new AssertionError("no end after " + events + " events");
        }
        while (!outside.isEmpty()) {
            outside.poll().run();
        }
        if (!scheduler.step()) {
            throw new AssertionError("nothing happens any more");
        }
        ledger.check();
    }

    private void calmDown() {
        story.tell("from now on nothing goes wrong");
        phase = Phase.CALM;
        diskIsSlow = false;
        slowLink = new Life();
        roomAgain();
        disk.stopAtStep(Long.MAX_VALUE);
        links.forEach(link -> link.framesLeft()[0] = FOREVER);
        runUntil(
                () -> broker != null && clients.stream().allMatch(ModelClient::isAssembled),
                "assembled");
        story.tell("everybody is there");
        ledger.everybodyIsThere();
        phase = Phase.LAST_CALL;
        runUntil(this::isAllDone, "delivered");
        tasks.checkReplays();
        ledger.check();
    }

    private boolean isAllDone() {
        return clients.stream().allMatch(ModelClient::isQuiet)
                && operator.isQuiet()
                && branches.isEmpty()
                && ledger.missing().isEmpty()
                && (!plan.administered() || tasks.isNothingKept());
    }

    private void runUntil(BooleanSupplier done, String what) {
        long end = scheduler.nanoTime() + PATIENCE.toNanos();
        for (int i = 1; i % 64 != 0 || !done.getAsBoolean(); i++) {
            step();
            if (scheduler.nanoTime() > end) {
                throw new AssertionError(
                        "not everything was %s within %s: %s; %s"
                                .formatted(
                                        what,
                                        PATIENCE,
                                        ledger.missing().orElse("nothing is missing"),
                                        clients.stream()
                                                .filter(client -> !client.isQuiet())
                                                .toList()));
            }
        }
    }

    /** Everything was acknowledged: nothing comes again after one more start. */
    private void repeat() {
        int startsBefore = starts;
        stopInOrder();
        runUntil(() -> starts > startsBefore && broker.isReady(), "started once more");
        runUntil(() -> clients.stream().allMatch(ModelClient::isAssembled), "assembled again");
        runUntil(this::isAllDone, "repeated");
        long end = scheduler.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (scheduler.nanoTime() < end) {
            step();
        }
    }

    // ---------------------------------------------------------------- the broker

    private void start() {
        starts++;
        failed = false;
        stopping = false;
        failureExpected = diskIsFull;
        SimulatedBroker starting =
                new SimulatedBroker(
                        scheduler,
                        new SimulatedBroker.Machine(disk, catalog, this::diskSlowness),
                        plan,
                        flaws,
                        chance.split(),
                        this::onFailure);
        broker = starting;
        if (phase == Phase.ACTIVE && chance.nextInt(12) == 0) {
            loseMachineAtDiskStep(1 + chance.nextInt(20));
        }
        try {
            Recovered recovered = starting.start();
            story.tell("broker started; clean stop %s", recovered.cleanStop());
            if (stoppedInOrder && !recovered.cleanStop()) {
                ledger.violated("a stop in order counts as unclean");
            }
            stoppedInOrder = false;
        } catch (StorageException refused) {
            story.tell("broker did not start: %s", refused.getMessage());
            boolean mayRefuse = failureExpected || refused instanceof StorageFullException;
            if (!mayRefuse) {
                throw refused;
            }
            die(disk::crash);
        }
    }

    private void onFailure(Throwable failure) {
        story.tell("the broker fails: %s", failure.getMessage());
        if (!failureExpected && !diskIsFull) {
            ledger.violated("the broker failed though nothing was wrong: %s", failure);
        }
        endLives();
        if (!failed) {
            failed = true;
            SimulatedBroker dying = broker;
            worldLoop.after(
                    upTo(Duration.ofMillis(5)),
                    () ->
                            outside.add(
                                    () -> {
                                        if (broker == dying) {
                                            die(chance.nextBoolean() ? disk::crash : disk::kill);
                                        }
                                    }));
        }
    }

    /** The process ends here and now, and is started again after a while. */
    private void die(Runnable whatIsLeft) {
        endLives();
        operator.brokerGone();
        broker.kill();
        broker = null;
        stoppedInOrder = false;
        ledger.uncleanStop();
        whatIsLeft.run();
        loseLinks("the broker is gone");
        startLater();
    }

    private void endLives() {
        links.forEach(link -> link.life().end());
        ledger.disturbed();
    }

    /** What had left the broker may still arrive. */
    private void loseLinks(String reason) {
        for (OpenLink link : links) {
            link.clientLoop().after(upTo(Duration.ofMillis(10)), () -> link.ends().cut(reason));
        }
        links.clear();
        operatorLink.ifPresent(
                ends -> worldLoop.after(upTo(Duration.ofMillis(10)), () -> ends.cut(reason)));
        operatorLink = Optional.empty();
    }

    private void startLater() {
        worldLoop.after(upTo(Duration.ofMillis(100)), () -> outside.add(this::start));
    }

    private Duration upTo(Duration longest) {
        return Duration.ofNanos(chance.nextLong(longest.toNanos() + 1));
    }

    private Duration diskSlowness() {
        return diskIsSlow ? upTo(Duration.ofMillis(20)) : Duration.ZERO;
    }

    // ---------------------------------------------------------------- as clients see it

    @Override
    public Ledger ledger() {
        return ledger;
    }

    @Override
    public Rules rules() {
        return plan.rules();
    }

    @Override
    public Story story() {
        return story;
    }

    @Override
    public Optional<Life> connect(String client, Loop loop, LinkListener listener) {
        if (broker == null || !broker.isReady() || failed || stopping) {
            return Optional.empty();
        }
        LinkSettings clientSettings = LinkSettings.of(LinkEnd.CLIENT);
        LinkSettings brokerSettings =
                LinkSettings.of(LinkEnd.BROKER).withWaterMarks(1000, 4000, 1L << 20);
        Life life = new Life();
        DirectLinks ends =
                DirectLinks.open(
                        client,
                        new DirectLinks.Party(loop, clientSettings, listener),
                        new DirectLinks.Party(
                                broker.loop(),
                                brokerSettings,
                                WatchedLink.watched(
                                        broker.accept(), frame -> written(frame, life))));
        OpenLink link = new OpenLink(ends, life, loop, new int[] {FOREVER});
        ends.gate((from, frame) -> mayPass(link, frame));
        ends.delay(LinkEnd.CLIENT, () -> linkSlowness(link));
        ends.delay(LinkEnd.BROKER, () -> linkSlowness(link));
        links.removeIf(each -> each.life().isOver());
        links.add(link);
        return Optional.of(link.life());
    }

    @Override
    public boolean connect(Operator asking, Loop loop) {
        if (broker == null || !broker.isReady() || failed || stopping) {
            return false;
        }
        operatorLink =
                Optional.of(
                        DirectLinks.open(
                                "operator",
                                new DirectLinks.Party(
                                        loop, LinkSettings.of(LinkEnd.CLIENT), asking),
                                new DirectLinks.Party(
                                        broker.loop(),
                                        LinkSettings.of(LinkEnd.BROKER)
                                                .withWaterMarks(1000, 4000, 1L << 20),
                                        WatchedLink.watched(broker.accept(), asking::written))));
        return true;
    }

    @Override
    public ModelBranches branches() {
        return branches;
    }

    @Override
    public Set<String> preparing() {
        return clients.stream().flatMap(ModelClient::preparing).collect(Collectors.toSet());
    }

    @Override
    public long nowMillis() {
        return scheduler.clock().millis();
    }

    @Override
    public List<Address> destinations() {
        return destinations;
    }

    @Override
    public int tempo() {
        return plan.tempo();
    }

    private void written(Frame frame, Life life) {
        if (frame instanceof Frame.Deliver deliver) {
            life.delivers(ledger.now());
            for (Frame.Delivery each : deliver.deliveries()) {
                Record record = Record.delivered(each.record(), each.offset(), each.timestamp());
                ledger.written(ModelSends.idOf(record.value().get()));
            }
        }
    }

    private boolean mayPass(OpenLink link, Frame frame) {
        if (frame instanceof Frame.Commit && phase == Phase.ACTIVE) {
            faults.beforeCommit();
        }
        if (link.framesLeft()[0] != FOREVER && --link.framesLeft()[0] < 0) {
            link.life().end();
            ledger.disturbed();
            return false;
        }
        return true;
    }

    private Duration linkSlowness(OpenLink link) {
        return link.life() == slowLink ? upTo(Duration.ofMillis(50)) : Duration.ZERO;
    }

    @Override
    public boolean areSessionsSmall() {
        return plan.broker().maxUnsettled() < 100;
    }

    @Override
    public boolean isCalm() {
        return phase != Phase.ACTIVE;
    }

    @Override
    public boolean isLastCall() {
        return phase == Phase.LAST_CALL;
    }

    @Override
    public boolean isBrokerStopping() {
        return stopping || failed;
    }

    // ---------------------------------------------------------------- faults

    private boolean isUp() {
        return broker != null && !failed;
    }

    @Override
    public void loseMachine() {
        if (broker != null) {
            story.tell("FAULT: the machine is lost");
            die(disk::crash);
        }
    }

    @Override
    public void killProcess() {
        if (broker != null) {
            story.tell("FAULT: the process is killed");
            die(disk::kill);
        }
    }

    @Override
    public void stopInOrder() {
        if (isUp() && broker.isReady() && !stopping) {
            story.tell("the broker is stopped in order");
            stopping = true;
            endLives();
            SimulatedBroker ending = broker;
            ending.stop(() -> outside.add(() -> stopped(ending)));
        }
    }

    private void stopped(SimulatedBroker ending) {
        if (broker != ending) {
            return;
        }
        try {
            ending.close();
        } catch (StorageException failure) {
            onFailure(failure);
        }
        if (failed || diskIsFull || failureExpected) {
            ledger.uncleanStop();
        } else {
            ledger.stopped();
            stoppedInOrder = true;
        }
        operator.brokerGone();
        ending.kill();
        broker = null;
        disk.kill();
        loseLinks("the broker has stopped");
        startLater();
    }

    @Override
    public void failNextForce() {
        if (isUp()) {
            story.tell("FAULT: the next force fails");
            failureExpected = true;
            disk.failNextForce();
        }
    }

    @Override
    public void loseMachineAtDiskStep(int steps) {
        if (isUp()) {
            story.tell("FAULT: the machine is lost in %d steps of the disk", steps);
            failureExpected = true;
            disk.stopAtStep(disk.steps() + steps);
        }
    }

    @Override
    public void failNextCheckpoint() {
        if (isUp()) {
            story.tell("FAULT: the next checkpoint fails half-way");
            failureExpected = true;
            catalog.failNextCheckpoint();
        }
    }

    @Override
    public void fillDisk(Duration howLong) {
        if (!diskIsFull) {
            story.tell("FAULT: the disk is full for %s", howLong);
            diskIsFull = true;
            disk.setCapacity(disk.usedBytes() + chance.nextInt(20_000));
            worldLoop.after(howLong, this::roomAgain);
        }
    }

    private void roomAgain() {
        if (diskIsFull) {
            story.tell("the disk has room again");
            diskIsFull = false;
            failureExpected = true;
            disk.setCapacity(Long.MAX_VALUE);
        }
    }

    @Override
    public void slowDownDisk(Duration howLong) {
        story.tell("FAULT: the disk is slow for %s", howLong);
        diskIsSlow = true;
        worldLoop.after(howLong, () -> diskIsSlow = false);
    }

    @Override
    public void cutLink() {
        if (!links.isEmpty()) {
            OpenLink link = links.get(chance.nextInt(links.size()));
            story.tell("FAULT: a link is cut");
            link.life().end();
            ledger.disturbed();
            link.ends().cut("cut");
        }
    }

    @Override
    public void cutLinkAfter(int frames) {
        if (!links.isEmpty()) {
            OpenLink link = links.get(chance.nextInt(links.size()));
            story.tell("FAULT: a link will be cut after %d frames", frames);
            link.framesLeft()[0] = frames;
        }
    }

    @Override
    public void slowDownLink(Duration howLong) {
        if (!links.isEmpty()) {
            OpenLink link = links.get(chance.nextInt(links.size()));
            story.tell("FAULT: a link is slow for %s", howLong);
            slowLink = link.life();
            worldLoop.after(howLong, () -> slowLink = new Life());
        }
    }
}
