package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Authenticate;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.SetClientId;
import org.millrace.wire.frame.LinkEnd;

/** The network of the simulation: same seed, same run; faults where the test wants them. */
class DirectLinksTest {
    private static final int IDLE_MILLIS = 30_000;

    /** One link in one simulated world, through its handshake. */
    private static final class World {
        final SeededScheduler scheduler;
        final List<String> events = new ArrayList<>();
        final EchoBroker broker = new EchoBroker(IDLE_MILLIS);
        final DirectLinks links;

        World(long seed) {
            scheduler = new SeededScheduler(new SplittableRandom(seed), Instant.EPOCH);
            Loop clientLoop = scheduler.newLoop("client");
            Loop brokerLoop = scheduler.newLoop("broker");
            links =
                    DirectLinks.open(
                            "vm://sim",
                            new DirectLinks.Party(
                                    clientLoop, LinkSettings.of(LinkEnd.CLIENT), new Client()),
                            new DirectLinks.Party(
                                    brokerLoop, LinkSettings.of(LinkEnd.BROKER), broker));
            send(new Hello(1, 1, 0, "sim"));
            scheduler.runUntilIdle();
            send(new Authenticate("ANONYMOUS", ByteBuffer.allocate(0)));
            scheduler.runUntilIdle();
        }

        void send(Frame frame) {
            links.client().write(frame);
            links.client().flush();
        }

        private final class Client implements LinkListener {
            @Override
            public void onOpen(Link link) {
                events.add("open");
            }

            @Override
            public void onFrame(Frame frame) {
                events.add(
                        frame instanceof Done done
                                ? "done " + done.requestId()
                                : frame.getClass().getSimpleName());
            }

            @Override
            public void onReadComplete() {}

            @Override
            public void onDrained() {
                events.add("drained");
            }

            @Override
            public void onClose(String reason) {
                events.add("closed: " + reason);
            }
        }
    }

    @Property(tries = 200)
    void sameSeedGivesTheSameRunAndOrderStays(@ForAll long seed) {
        assertThat(delayedRun(seed)).isEqualTo(delayedRun(seed));
    }

    private static List<String> delayedRun(long seed) {
        World world = new World(seed);
        SplittableRandom chance = new SplittableRandom(seed);
        world.links.delay(LinkEnd.CLIENT, () -> Duration.ofMillis(chance.nextInt(50)));
        world.links.delay(LinkEnd.BROKER, () -> Duration.ofMillis(chance.nextInt(50)));
        for (int i = 0; i < 20; i++) {
            world.send(new SetClientId(i, "c"));
            world.scheduler.advance(Duration.ofMillis(chance.nextInt(30)));
        }
        world.scheduler.advance(Duration.ofSeconds(1));
        List<String> expected = new ArrayList<>(List.of("open", "Welcome", "Authenticated"));
        for (int i = 0; i < 20; i++) {
            expected.add("done " + i);
        }
        assertThat(world.events).isEqualTo(expected);
        return world.events;
    }

    @Example
    void aCutLosesWhatIsOnTheWayAndTellsBothEnds() {
        World world = new World(1);
        world.links.delay(LinkEnd.CLIENT, () -> Duration.ofMillis(10));
        world.send(new SetClientId(1, "lost"));

        world.links.cut("cable pulled");
        world.scheduler.advance(Duration.ofSeconds(1));

        assertThat(world.events).endsWith("Authenticated", "closed: cable pulled");
        assertThat(world.broker.closed).isCompletedWithValue("cable pulled");
    }

    @Example
    void theGateCutsBeforeAChosenFrame() {
        World world = new World(1);
        world.links.gate((from, frame) -> !(frame instanceof Done done && done.requestId() == 3));
        for (int i = 1; i <= 5; i++) {
            world.send(new SetClientId(i, "c"));
        }
        world.scheduler.advance(Duration.ofSeconds(1));

        assertThat(world.events).endsWith("done 1", "done 2", "closed: cut before Done arrived");
    }

    @Example
    void heartbeatsKeepAQuietLinkOpen() {
        World world = new World(1);
        world.scheduler.advance(Duration.ofDays(1));
        world.send(new SetClientId(1, "still there"));
        world.scheduler.runUntilIdle();
        assertThat(world.events).endsWith("done 1");
    }

    @Example
    void silenceEndsTheLinkAtTheTimeoutAndNotBefore() {
        World world = new World(1);
        world.links.delay(LinkEnd.BROKER, () -> Duration.ofDays(1));
        world.scheduler.advance(Duration.ofMillis(IDLE_MILLIS - 1));
        assertThat(world.events).endsWith("Authenticated");
        world.scheduler.advance(Duration.ofMillis(IDLE_MILLIS));
        assertThat(world.events.get(world.events.size() - 1))
                .isEqualTo("closed: nothing heard from vm://sim for 30000 ms");
    }

    @Example
    void whoDoesNotReadIsNotAccusedOfSilence() {
        World world = new World(1);
        world.links.broker().setReading(false);
        world.scheduler.advance(Duration.ofMinutes(10));
        assertThat(world.broker.closed).isNotDone();
        world.links.broker().setReading(true);
        world.send(new SetClientId(1, "c"));
        world.scheduler.runUntilIdle();
        assertThat(world.events).endsWith("done 1");
    }
}
