package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.catalog.HeapCatalog;
import org.millrace.persistence.embedded.EmbeddedEngine;
import org.millrace.persistence.embedded.EngineLoops;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.persistence.segment.SegmentLimits;
import org.millrace.persistence.simulation.FaultyStorageIo;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;
import org.millrace.wire.frame.Frame.XaBranch;
import org.millrace.wire.frame.Frame.XaOperation;

/**
 * Any XA call at any time, by several sessions, with lost links, stops, and a machine that is lost
 * at any step of its disk, against {@link BranchModel}: every code is the one that the
 * specification names, recover lists exactly what is prepared, and every message is exactly where
 * it belongs. XA-4 to XA-10, REL-12.
 *
 * <p>{@code -Dmillrace.branches.seed=N} runs only that seed and prints what happens; with {@code
 * -Dmillrace.branches.count=M} so many from there on.
 */
class BranchHistoryTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 150;
    private static final int SESSIONS = 3;
    private static final int BRANCHES = 4;
    private static final XaBranch NO_BRANCH = xid("");

    @Test
    void everyMessageIsWhereItsBranchSays() {
        Long only = Long.getLong("millrace.branches.seed");
        long first = only == null ? 0 : only;
        long count = Long.getLong("millrace.branches.count", only == null ? SEEDS : 1);
        List<String> failures =
                LongStream.range(first, first + count)
                        .mapToObj(seed -> failure(seed, only != null && count == 1))
                        .flatMap(Optional::stream)
                        .toList();
        assertThat(failures).isEmpty();
    }

    private static Optional<String> failure(long seed, boolean trace) {
        try {
            new History(seed, trace).run();
            return Optional.empty();
        } catch (RuntimeException | Error failure) {
            if (trace) {
                throw failure;
            }
            return Optional.of("seed " + seed + ": " + failure);
        }
    }

    private static XaBranch xid(String name) {
        return new XaBranch(
                1,
                ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)),
                ByteBuffer.wrap(new byte[] {0, -1}));
    }

    /** One session, alone on its connection. */
    private static final class Actor {
        final int number;
        TestClient client;
        int session;
        long commitNumber;

        Actor(int number) {
            this.number = number;
        }
    }

    private static final class History {
        private final boolean trace;
        private final SplittableRandom chance;
        private final FaultyStorageIo disk;
        private final HeapCatalog catalog = new HeapCatalog();
        private final TestBroker broker;
        private final BranchModel model = new BranchModel();
        private final List<Actor> actors = new ArrayList<>();

        /** Whether they are there is not known: nobody was told. */
        private final Set<String> uncertain = new HashSet<>();

        private List<Loop> engineLoops = List.of();
        private int lastText;

        History(long seed, boolean trace) {
            this.trace = trace;
            this.chance = new SplittableRandom(seed);
            this.disk = new FaultyStorageIo(chance.split());
            BrokerSettings settings =
                    BrokerSettings.DEFAULTS.withDestinations(
                            new DestinationDefaults(
                                    List.of(
                                            DestinationDefaults.Rule.of(
                                                    "destination.*.maxDeliveries", "100000"))));
            this.broker = TestBroker.onEngines(settings, seed, this::engine);
        }

        private LogEngine engine(SeededScheduler world, Consumer<Throwable> onFailure) {
            Loop journal = world.newLoop("journal");
            Loop flusher = world.newLoop("flusher");
            Loop reader = world.newLoop("reader");
            engineLoops = List.of(journal, flusher, reader);
            EngineLoops loops = new EngineLoops(journal, flusher, reader);
            EngineSettings small =
                    new EngineSettings(
                            8192, 4096, 1 << 20, 4096, 8192, 0, new SegmentLimits(2048, 128));
            return new EmbeddedEngine(small, disk, catalog, loops, onFailure::accept);
        }

        void run() {
            for (int i = 0; i < SESSIONS; i++) {
                actors.add(new Actor(i));
                connect(actors.get(i));
            }
            for (int i = 0; i < STEPS; i++) {
                step();
                if (!broker.failures.isEmpty()) {
                    restart();
                }
            }
            disk.stopAtStep(Long.MAX_VALUE);
            stopInOrder();
            checkRecover();
            for (String name : model.prepared()) {
                decide(chance.nextBoolean() ? XaOperation.COMMIT : XaOperation.ROLLBACK, name);
            }
            for (String queue : List.of("q0", "q1")) {
                while (receive(actors.get(0), queue) != null) {
                    // Each is compared, and taken from the model.
                }
                assertThat(model.of(queue)).as("left in %s", queue).isSubsetOf(uncertain);
            }
            broker.stop();
        }

        private void tell(String format, Object... arguments) {
            if (trace) {
                System.out.printf(format + "%n", arguments);
            }
        }

        private void connect(Actor actor) {
            actor.client = broker.connect();
            actor.session = actor.client.session(SessionKind.XA);
            actor.commitNumber = 0;
        }

        private void step() {
            broker.advance(Duration.ofMillis(chance.nextInt(40)));
            Actor actor = actors.get(chance.nextInt(SESSIONS));
            int what = chance.nextInt(100);
            if (what < 50) {
                anyCall(actor);
            } else if (what < 68) {
                send(actor);
            } else if (what < 86) {
                take(actor);
            } else if (what < 90) {
                checkRecover();
            } else if (what < 93) {
                tell("link of %d is lost", actor.number);
                model.lose(actor.number);
                actor.client.cut();
                broker.run();
                if (broker.failures.isEmpty()) {
                    connect(actor);
                }
            } else if (what < 96) {
                long steps = 1 + chance.nextInt(6);
                tell("machine is lost in %d steps", steps);
                disk.stopAtStep(disk.steps() + steps);
            } else if (what < 98) {
                restart();
            } else {
                stopInOrder();
            }
        }

        // ------------------------------------------------------------ calls

        private void anyCall(Actor actor) {
            XaOperation[] all = XaOperation.values();
            XaOperation operation = all[chance.nextInt(all.length)];
            if (operation == XaOperation.RECOVER) {
                return;
            }
            Optional<BranchModel.Branch> work = model.workOf(actor.number);
            boolean sensible = chance.nextInt(3) > 0;
            String name = "b" + chance.nextInt(BRANCHES);
            if (sensible && work.isPresent()) {
                for (var each : model.branches.entrySet()) {
                    name = each.getValue() == work.get() ? each.getKey() : name;
                }
                operation = chance.nextInt(5) == 0 ? XaOperation.SUSPEND : XaOperation.END_SUCCESS;
            }
            call(actor, operation, name);
        }

        private void decide(XaOperation operation, String name) {
            call(actors.get(0), operation, name);
        }

        private void call(Actor actor, XaOperation operation, String name) {
            long number = operation == XaOperation.COMMIT_ONE_PHASE ? actor.commitNumber++ : 0;
            long request =
                    actor.client.request(
                            id -> new Frame.Xa(id, actor.session, operation, xid(name), 0, number));
            broker.run();
            if (!actor.client.isAnswered(request)) {
                tell("%d %s %s: not answered", actor.number, operation, name);
                unanswered(actor, operation, name, number);
                return;
            }
            Frame.XaReply reply = (Frame.XaReply) actor.client.answer(request);
            int expected = model.call(operation, name, actor.number);
            tell("%d %s %s: %d %s", actor.number, operation, name, reply.result(), reply.message());
            assertThat(reply.result())
                    .as("%s %s by %d: %s", operation, name, actor.number, reply.message())
                    .isEqualTo(expected);
        }

        /** The machine was lost meanwhile: the broker knows after its start. */
        private void unanswered(Actor actor, XaOperation operation, String name, long number) {
            assertThat(broker.failures).as("%s %s unanswered", operation, name).isNotEmpty();
            BranchModel.Branch branch = model.branches.get(name);
            boolean inDoubt = branch != null && branch.prepared;
            long producer = actor.client.producerIdOf(actor.session);
            if (!inDoubt
                    && operation == XaOperation.PREPARE
                    && model.call(operation, name, actor.number) == BranchModel.OK) {
                restart();
                if (!listed().contains(name)) {
                    model.undo(name);
                }
            } else if (inDoubt
                    && (operation == XaOperation.COMMIT || operation == XaOperation.ROLLBACK)) {
                restart();
                if (!listed().contains(name)) {
                    model.call(operation, name, actor.number);
                }
            } else if (operation == XaOperation.COMMIT_ONE_PHASE && branch != null && !inDoubt) {
                BranchModel.Branch kept = new BranchModel.Branch();
                kept.taken.addAll(branch.taken);
                kept.sent.addAll(branch.sent);
                kept.prepared = true;
                model.branches.put(name, kept);
                restart();
                Frame.CommitOutcome outcome =
                        (Frame.CommitOutcome)
                                actors.get(0)
                                        .client
                                        .ask(id -> new Frame.AskCommit(id, producer, number));
                tell("committed: %s", outcome.committed());
                if (outcome.committed()) {
                    model.apply(name);
                } else {
                    model.undo(name);
                }
            } else {
                restart();
            }
            checkRecover();
        }

        private Set<String> listed() {
            Frame.XaReply reply =
                    (Frame.XaReply)
                            actors.get(0)
                                    .client
                                    .ask(
                                            id ->
                                                    new Frame.Xa(
                                                            id,
                                                            0,
                                                            XaOperation.RECOVER,
                                                            NO_BRANCH,
                                                            0,
                                                            0));
            Set<String> names = new TreeSet<>();
            for (XaBranch each : reply.branches()) {
                names.add(
                        StandardCharsets.UTF_8
                                .decode(each.globalTransactionId().duplicate())
                                .toString());
            }
            return names;
        }

        private void checkRecover() {
            if (broker.failures.isEmpty()) {
                assertThat(listed()).isEqualTo(model.prepared());
            }
        }

        // ------------------------------------------------------------ messages

        private void send(Actor actor) {
            String queue = "q" + chance.nextInt(2);
            String text = "m" + ++lastText + "x".repeat(chance.nextInt(200));
            TestClient client = actor.client;
            int producer = client.tryProducer(actor.session, TestClient.queue(queue));
            if (producer < 0) {
                return;
            }
            long request = client.request(id -> client.sending(id, producer, TestMessage.of(text)));
            broker.run();
            Optional<BranchModel.Branch> work = model.workOf(actor.number);
            tell("%d sends %s to %s in %s", actor.number, text, queue, work.isPresent());
            if (!client.isAnswered(request)) {
                uncertain.add(text);
            } else if (client.answer(request) instanceof Frame.Failed) {
                assertThat(work.orElseThrow().doom).as("refused").isNotZero();
            } else if (work.isEmpty()) {
                model.of(queue).add(text);
            } else {
                work.get().sent.add(new BranchModel.Item(queue, text));
            }
            client.say(new Frame.CloseProducer(producer));
        }

        private void take(Actor actor) {
            String queue = "q" + chance.nextInt(2);
            String text = receive(actor, queue);
            tell("%d takes %s from %s", actor.number, text, queue);
        }

        /** The next message of the queue, acknowledged; what that means is up to the session. */
        private String receive(Actor actor, String queue) {
            TestClient client = actor.client;
            int consumer = client.tryConsumer(actor.session, TestClient.queue(queue));
            if (consumer < 0) {
                return null;
            }
            List<TestClient.Got> got = client.take(consumer);
            if (broker.failures.isEmpty()) {
                Set<String> there = new TreeSet<>(model.of(queue));
                there.removeAll(uncertain);
                assertThat(got.isEmpty() && !there.isEmpty())
                        .as("nothing came, there are %s", there)
                        .isFalse();
            }
            String text = null;
            if (!got.isEmpty()) {
                text = got.get(0).text();
                assertThat(model.of(queue).contains(text) || uncertain.contains(text))
                        .as("%s came from %s, there are %s", text, queue, model.of(queue))
                        .isTrue();
                Optional<BranchModel.Branch> work = model.workOf(actor.number);
                long request =
                        client.request(
                                id ->
                                        new Frame.Acknowledge(
                                                id,
                                                actor.session,
                                                Frame.Outcome.ACCEPT,
                                                "",
                                                TestClient.ranges(got)));
                broker.run();
                taken(new BranchModel.Item(queue, text), work, client.isAnswered(request));
            }
            client.request(id -> new Frame.CloseConsumer(id, consumer, Long.MAX_VALUE));
            broker.run();
            return text;
        }

        private void taken(
                BranchModel.Item item, Optional<BranchModel.Branch> work, boolean answered) {
            // It came, so it was there, whoever was not told.
            uncertain.remove(item.text());
            if (work.isPresent() && work.get().doom != 0) {
                // Comes again, at the latest when the session ends its work: not followed up.
                uncertain.add(item.text());
                model.of(item.queue()).remove(item.text());
            } else if (work.isPresent()) {
                model.of(item.queue()).remove(item.text());
                work.get().taken.add(item);
            } else {
                model.of(item.queue()).remove(item.text());
                if (!answered) {
                    uncertain.add(item.text());
                }
            }
        }

        // ------------------------------------------------------------ starts

        private void restart() {
            tell("the machine is lost");
            broker.crash();
            engineLoops.forEach(broker.world::kill);
            if (chance.nextBoolean()) {
                disk.crash();
            } else {
                disk.kill();
            }
            disk.stopAtStep(Long.MAX_VALUE);
            broker.failures.clear();
            comeBack();
        }

        private void stopInOrder() {
            if (!broker.failures.isEmpty()) {
                restart();
                return;
            }
            disk.stopAtStep(Long.MAX_VALUE);
            tell("the broker is stopped in order");
            broker.stop();
            engineLoops.forEach(broker.world::kill);
            disk.kill();
            comeBack();
        }

        private void comeBack() {
            broker.start();
            model.restart();
            actors.forEach(this::connect);
        }
    }
}
