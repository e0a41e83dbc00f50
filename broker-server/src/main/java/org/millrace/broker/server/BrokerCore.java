package org.millrace.broker.server;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.millrace.broker.admin.AdminDesk;
import org.millrace.broker.admin.AdminPlan;
import org.millrace.broker.connection.AnonymousAuthenticator;
import org.millrace.broker.connection.Authenticator;
import org.millrace.broker.connection.ClientConnection;
import org.millrace.broker.connection.Connections;
import org.millrace.broker.destination.Destinations;
import org.millrace.broker.destination.Redrive;
import org.millrace.broker.destination.Replay;
import org.millrace.broker.destination.SettingValue;
import org.millrace.broker.destination.Subscriptions;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.Ground;
import org.millrace.broker.loop.Ids;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.loop.Turn;
import org.millrace.broker.session.Acknowledgements;
import org.millrace.broker.session.Producers;
import org.millrace.broker.session.Rooms;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.transaction.Branches;
import org.millrace.foundation.Loop;
import org.millrace.persistence.DestinationRow;
import org.millrace.persistence.LogEngine;
import org.millrace.persistence.Recovered;
import org.millrace.persistence.SubscriptionRow;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.link.LinkListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything a broker knows, on one loop and without a thread, lock, file or socket of its own: the
 * same loop, clock, chance, engine and links give the same run (ADR-0001).
 *
 * <p>Wired by the constructor, on any thread; {@link #start} and {@link #stop} are called on the
 * loop. When the engine fails, all links are closed and {@code onFailure} hears of it once.
 */
public final class BrokerCore {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerCore.class);

    /** Who may come in, and what is there for those who administer. */
    public record Access(Authenticator authenticator, AdminPlan admin) {
        /** Everybody, for everything. */
        public static final Access OPEN = of(new AnonymousAuthenticator());

        /** Without threads for the admin interface, and without a configuration to show. */
        public static Access of(Authenticator authenticator) {
            return new Access(authenticator, AdminPlan.INLINE);
        }
    }

    private final Loop loop;
    private final BrokerSettings settings;
    private final RandomGenerator chance;
    private final Consumer<Throwable> onFailure;
    private final Storage storage;
    private final Connections connections = new Connections();
    private final Access access;
    private Rooms rooms;
    private ClientConnection.Doors doors;

    /** A core that lets everybody in. */
    public BrokerCore(
            Loop loop,
            LogEngine engine,
            BrokerSettings settings,
            RandomGenerator chance,
            Consumer<Throwable> onFailure) {
        this(loop, engine, settings, Access.OPEN, chance, onFailure);
    }

    /** {@code chance} makes the secrets of connections: in production a secure one. */
    public BrokerCore(
            Loop loop,
            LogEngine engine,
            BrokerSettings settings,
            Access access,
            RandomGenerator chance,
            Consumer<Throwable> onFailure) {
        this.loop = loop;
        this.settings = settings;
        this.chance = chance;
        this.onFailure = onFailure;
        this.access = access;
        Destinations.checkDefaults(settings.destinations());
        this.storage = new Storage(engine, loop, this::fail);
    }

    /** Takes over what the engine recovered; links are welcome when {@code whenReady} runs. */
    public void start(Recovered recovered, Runnable whenReady) {
        loop.assertInLoop();
        Turn turn = new Turn(loop);
        Ids ids = new Ids(storage, recovered.nextId());
        Ground ground = new Ground(loop, turn, storage, ids, settings, chance);
        Destinations destinations = new Destinations(ground);
        rooms =
                new Rooms(
                        ground,
                        destinations,
                        new Subscriptions(ground),
                        new Producers(ground),
                        new Acknowledgements(storage, turn),
                        new Branches(ground, destinations));
        long incarnation = chance.nextLong();
        doors =
                new ClientConnection.Doors(
                        connections,
                        access.authenticator(),
                        new AdminDesk(rooms, access.admin()),
                        chance,
                        recovered.storeId() == 0 ? incarnation : recovered.storeId(),
                        incarnation);
        restore(recovered);
        rooms.producers().start();
        rooms.destinations().start();
        ids.start(whenReady);
    }

    private void restore(Recovered recovered) {
        for (DestinationRow row : recovered.destinations()) {
            rooms.destinations().restore(row);
        }
        for (SubscriptionRow row : recovered.subscriptions()) {
            if (!rooms.destinations().restoreOwn(row)) {
                rooms.subscriptions().restore(row, rooms.destinations());
            }
        }
        recovered.producers().forEach(rooms.producers()::restore);
        rooms.branches().restore(recovered.branches());
    }

    /**
     * Moves a durable subscription, or the one of a queue, to a position in the history of its
     * destination, or says what that would do. On the loop, once started.
     */
    public void replay(Replay.Request request, Answer<Replay.Outcome> answer) {
        loop.assertInLoop();
        new Replay(rooms.ground(), rooms.destinations(), rooms.subscriptions())
                .run(request, answer);
    }

    /**
     * Changes settings of a destination, all or none: a value sets one, none gives it back to the
     * pattern of the name, or the default. They hold at once; answered when durable, with all
     * settings. On the loop, once started.
     */
    public void alter(
            Address destination,
            Map<String, Optional<String>> changes,
            Answer<List<SettingValue>> answer) {
        loop.assertInLoop();
        rooms.destinations().alter(destination, changes, answer);
    }

    /**
     * Gives an existing destination another number of partitions; see {@link
     * Destinations#changePartitions}. On the loop, once started.
     */
    public void changePartitions(Address destination, int partitions, Answer<Integer> answer) {
        loop.assertInLoop();
        rooms.destinations().changePartitions(destination, partitions, answer);
    }

    /**
     * Sends messages of a dead-letter or expiry queue back to where they failed, or says what that
     * would do. Answers when it is over. On the loop, once started.
     */
    public Redrive.Running redrive(Redrive.Request request, Answer<Redrive.Outcome> answer) {
        loop.assertInLoop();
        return rooms.destinations().redrive(request, answer);
    }

    /** Transaction branches in doubt, for operators. On the loop, once started. */
    public Branches branches() {
        loop.assertInLoop();
        return rooms.branches();
    }

    /** The listener of a new link, called on the broker loop. Any thread, once started. */
    public LinkListener accept() {
        return new ClientConnection(rooms, doors);
    }

    /**
     * Ends all connections and submits what that releases; then the engine may be closed. Answers
     * that come later are dropped.
     */
    public void stop(Runnable whenStopped) {
        loop.assertInLoop();
        connections.closeAll(ErrorCode.BROKER_STOPPED, "the broker is stopping");
        // Two turns: one for what the end of the connections put off, one for what that led to.
        loop.execute(
                () ->
                        loop.execute(
                                () -> {
                                    rooms.ground().turn().runSoon();
                                    rooms.destinations().stop();
                                    storage.stop();
                                    whenStopped.run();
                                }));
    }

    private void fail(Throwable failure) {
        LOG.error("the store failed; the broker stops: {}", failure.getMessage(), failure);
        connections.closeAll(
                ErrorCode.BROKER_STOPPED,
                "the broker's store failed; whether what was under way happened is not known");
        onFailure.accept(failure);
    }
}
