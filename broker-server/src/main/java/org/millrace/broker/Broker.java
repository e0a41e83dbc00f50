package org.millrace.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.millrace.broker.admin.AdminPlan;
import org.millrace.broker.connection.Role;
import org.millrace.broker.security.Login;
import org.millrace.broker.security.LoginPlan;
import org.millrace.broker.server.BrokerCore;
import org.millrace.broker.server.Engines;
import org.millrace.broker.server.Startup;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.broker.settings.BrokerConfig;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.settings.ConfigKey;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;
import org.millrace.persistence.Recovered;
import org.millrace.wire.admin.ConfigEntry;
import org.millrace.wire.frame.FrameLimits;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.link.LinkServer;
import org.millrace.wire.link.LinkSettings;
import org.millrace.wire.link.NettyLoop;
import org.millrace.wire.link.Tls;
import org.millrace.wire.link.TlsFiles;
import org.millrace.wire.link.VmServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker in this process. All methods may be called from any thread but the broker's own; {@link
 * #start} and {@link #close} wait.
 *
 * <pre>{@code
 * try (Broker broker = Broker.builder().inMemory().vm("test").build().start()) {
 *     new MillraceConnectionFactory(broker.uri());
 * }
 * }</pre>
 *
 * A failed start leaves nothing running. When the store fails the broker stops by itself; {@link
 * #awaitStop} tells.
 */
public final class Broker implements AutoCloseable {
    /** Port for messaging unless told otherwise. */
    public static final int DEFAULT_PORT = 7272;

    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Builder plan;
    private final Startup startup;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile Throwable failure;
    private volatile LinkServer tcp;
    private Engines.Store store;
    private Recovered recovered;
    private Loop loop;
    private Login login;
    private BrokerCore core;

    private Broker(Builder plan) {
        this.plan = plan;
        this.startup = new Startup("broker '" + plan.settings.name() + "'", plan.clock);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * Starts; may be called once.
     *
     * @throws BrokerStartException when it cannot; nothing is left running
     */
    public Broker start() {
        Check.argument(started.compareAndSet(false, true), "broker was started before");
        try {
            startup.step("recover the store", this::openStore, this::closeStore);
            startup.step("start the broker loop", this::startLoop, this::closeLoop);
            startup.step("read the users", this::openLogin, () -> login.close());
            startup.step("take over what was recovered", this::startCore, this::stopCore);
            if (plan.vmName.isPresent()) {
                VmServer vm = new VmServer(loop, linkSettings(), core::accept);
                String vmName = plan.vmName.get();
                startup.step("listen on vm://" + vmName, () -> vm.start(vmName), vm::close);
            }
            if (plan.port.isPresent()) {
                startup.step("listen on TCP", this::listen, () -> tcp.close());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BrokerStartException("interrupted while starting", interrupted);
        } catch (Exception failed) {
            throw new BrokerStartException(
                    "broker '%s' not started: %s"
                            .formatted(plan.settings.name(), failed.getMessage()),
                    failed);
        }
        LOG.info(
                "broker '{}' is ready: {}, {}, {} destinations",
                plan.settings.name(),
                uri(),
                plan.storedWhere,
                recovered.destinations().size());
        return this;
    }

    private void openStore() {
        store = plan.engines.create(plan.clock, cause -> stopBecause("the store failed", cause));
        try {
            recovered = store.engine().recover();
        } catch (RuntimeException failed) {
            closeStore();
            throw failed;
        }
    }

    private void closeStore() {
        try {
            store.engine().close();
        } finally {
            store.release().run();
        }
    }

    private void startLoop() {
        String thread = "millrace-broker-" + plan.settings.name();
        Consumer<Throwable> onBug = bug -> stopBecause("a bug in the broker", bug);
        // Netty is not even loaded for a broker that is reached inside this process only.
        loop =
                plan.port.isPresent()
                        ? NettyLoop.start(thread, plan.clock, onBug)
                        : new ThreadLoop(thread, plan.clock, onBug);
    }

    private void closeLoop() throws Exception {
        ((AutoCloseable) loop).close();
    }

    private void openLogin() throws IOException {
        login =
                Login.open(
                        plan.login,
                        plan.clock,
                        plan.chance,
                        bug -> stopBecause("a bug in the login", bug));
    }

    private void startCore() throws Exception {
        core =
                new BrokerCore(
                        loop,
                        store.engine(),
                        plan.settings,
                        new BrokerCore.Access(
                                login.authenticator(),
                                new AdminPlan(this::runAside, plan.shownConfig())),
                        plan.chance,
                        cause -> stopBecause("the store failed", cause));
        CompletableFuture<Void> ready = new CompletableFuture<>();
        loop.execute(
                () -> {
                    try {
                        core.start(recovered, () -> ready.complete(null));
                    } catch (RuntimeException refused) {
                        ready.completeExceptionally(refused);
                    }
                });
        await(ready);
    }

    /** Loading what the first administrator needs is not for the broker loop. */
    private void runAside(Runnable task) {
        Thread aside = new Thread(task, "millrace-admin-" + plan.settings.name());
        aside.setDaemon(true);
        aside.setUncaughtExceptionHandler(
                (thread, bug) -> stopBecause("a bug in the admin interface", bug));
        aside.start();
    }

    private void stopCore() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> core.stop(() -> done.complete(null)));
        await(done);
    }

    private static void await(CompletableFuture<Void> future) throws Exception {
        try {
            future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "the broker loop did not answer within " + PATIENCE, late);
        }
    }

    private LinkSettings linkSettings() {
        LinkSettings defaults = LinkSettings.of(LinkEnd.BROKER);
        return defaults.withLimits(new FrameLimits(plan.settings.maxFrameBytes()))
                .withTimeouts(plan.settings.handshakeTimeout(), defaults.connectTimeout());
    }

    private void listen() throws IOException {
        Optional<Tls> tls =
                plan.tls.isPresent() ? Optional.of(Tls.broker(plan.tls.get())) : Optional.empty();
        LinkServer server = new LinkServer((NettyLoop) loop, linkSettings(), tls, core::accept);
        server.start(plan.host, plan.port.getAsInt());
        tcp = server;
        login.warnIfOpen(uri());
    }

    /** The port that is listened on; started brokers with a port only. */
    public int port() {
        Check.argument(tcp != null, "this broker does not listen on a port");
        return tcp.port();
    }

    /** What a client in this process or on this machine connects to. */
    public String uri() {
        return plan.port.isPresent()
                ? (plan.tls.isPresent() ? "millraces://" : "millrace://")
                        + clientHost()
                        + ":"
                        + port()
                : "vm://" + plan.vmName.orElseThrow();
    }

    private String clientHost() {
        boolean any = plan.host.equals("0.0.0.0") || plan.host.equals("::");
        String host = any ? "localhost" : plan.host;
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    private void stopBecause(String what, Throwable cause) {
        if (!stopping.get()) {
            LOG.error("broker '{}' stops: {}", plan.settings.name(), what, cause);
            failure = cause;
            Thread stopper = new Thread(this::close, "millrace-stop-" + plan.settings.name());
            stopper.setDaemon(true);
            stopper.start();
        }
    }

    /** Waits until the broker has stopped; gives the failure that stopped it, if one did. */
    public Optional<Throwable> awaitStop() throws InterruptedException {
        stopped.await();
        return Optional.ofNullable(failure);
    }

    /**
     * Accepts no more links, tells clients goodbye, makes everything durable. Any number of times;
     * waits for the first.
     */
    @Override
    public void close() {
        if (stopping.compareAndSet(false, true)) {
            startup.undoAll();
            LOG.info("broker '{}' has stopped", plan.settings.name());
            stopped.countDown();
            return;
        }
        try {
            if (!stopped.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("broker '{}' has not stopped within {}", plan.settings.name(), PATIENCE);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a broker is to be like. Confined to its caller; used for one broker. */
    public static final class Builder {
        private BrokerSettings settings = BrokerSettings.DEFAULTS;
        private Engines engines = Engines.inMemory(Runtime.getRuntime().maxMemory() / 2);
        private String storedWhere = "in memory";
        private String host = "localhost";
        private OptionalInt port = OptionalInt.empty();
        private Optional<TlsFiles> tls = Optional.empty();
        private Optional<String> vmName = Optional.empty();
        private BrokerConfig config = BrokerConfig.DEFAULTS;
        private Optional<Path> data = Optional.empty();
        private LoginPlan login = LoginPlan.OPEN;
        private InstantSource clock = InstantSource.system();
        private RandomGenerator chance = new SecureRandom();

        private Builder() {}

        public Builder name(String name) {
            settings = settings.withName(name);
            return this;
        }

        /** Limits; keeps the name that the settings have. */
        public Builder settings(BrokerSettings wanted) {
            settings = wanted;
            return this;
        }

        /** Limits, name and what administrators are shown, from a configuration. */
        public Builder config(BrokerConfig wanted) {
            config = wanted;
            return settings(wanted.settings());
        }

        private List<ConfigEntry> shownConfig() {
            Map<ConfigKey<?>, Object> effective = new HashMap<>();
            effective.put(BrokerConfig.NAME, settings.name());
            effective.put(BrokerConfig.HOST, host);
            port.ifPresent(number -> effective.put(BrokerConfig.PORT, number));
            data.ifPresent(directory -> effective.put(BrokerConfig.DATA, directory));
            login.file().ifPresent(users -> effective.put(BrokerConfig.USERS, Optional.of(users)));
            effective.put(BrokerConfig.ANONYMOUS, login.anonymous());
            effective.put(BrokerConfig.MAX_FRAME_BYTES, settings.maxFrameBytes());
            effective.put(BrokerConfig.IDLE_TIMEOUT, settings.idleTimeout());
            effective.put(BrokerConfig.RESUME_GRACE, settings.resumeGrace());
            effective.put(BrokerConfig.MAX_TRANSACTION_BYTES, settings.maxTransactionBytes());
            return config.entries(effective);
        }

        /** Everything is gone when the broker stops. The default; half of the heap at most. */
        public Builder inMemory() {
            return inMemory(Runtime.getRuntime().maxMemory() / 2);
        }

        /** As {@link #inMemory()}; sends are refused while so many bytes are held. */
        public Builder inMemory(long maxBytes) {
            engines = Engines.inMemory(maxBytes);
            storedWhere = "in memory";
            login = login.withData(Optional.empty());
            return this;
        }

        /**
         * Stores in the directory, which is created when it is not there. A {@code
         * users.properties} in it says who may connect.
         */
        public Builder directory(Path directory) {
            engines = Engines.onDirectory(directory);
            data = Optional.of(directory);
            login = login.withData(Optional.of(directory));
            storedWhere = "data in " + directory.toAbsolutePath();
            return this;
        }

        /** Stores in an engine of the caller's. */
        public Builder engine(Engines wanted) {
            engines = wanted;
            storedWhere = "in an engine of its embedder";
            return this;
        }

        /** Address to listen on; {@code 0.0.0.0} for all. */
        public Builder host(String address) {
            host = address;
            return this;
        }

        /** TCP port to listen on; 0 takes a free one. Without it there is no listener. */
        public Builder port(int number) {
            Check.argument(0 <= number && number <= 65_535, "port %d, expected 0 to 65535", number);
            port = OptionalInt.of(number);
            return this;
        }

        /**
         * Nothing but TLS is spoken on the port. The files are read when the broker starts; it does
         * not start when they cannot be used.
         */
        public Builder tls(TlsFiles files) {
            tls = Optional.of(files);
            return this;
        }

        /** Name by which clients of this process connect: {@code vm://name}. */
        public Builder vm(String name) {
            vmName = Optional.of(name);
            return this;
        }

        /** A users file, which must be there; read again whenever it is written. */
        public Builder users(Path file) {
            login = login.withFile(file);
            return this;
        }

        /** One who may connect, beside those of a users file. */
        public Builder user(String name, String password) {
            login = login.withUser(name, password, Role.USER);
            return this;
        }

        /** As {@link #user}, but one who may administer the broker, too. */
        public Builder administrator(String name, String password) {
            login = login.withUser(name, password, Role.ADMIN);
            return this;
        }

        /** Whether clients may connect without saying who they are. */
        public Builder anonymous(AnonymousAccess access) {
            login = login.withAnonymous(access);
            return this;
        }

        /** Wall clock for timestamps, expiry and delivery times. */
        public Builder clock(InstantSource wanted) {
            clock = wanted;
            return this;
        }

        /** Makes the secrets of connections and logins. */
        public Builder chance(RandomGenerator wanted) {
            chance = wanted;
            return this;
        }

        /** Nothing is started or opened yet. Without port and name it is {@code vm://<name>}. */
        public Broker build() {
            if (port.isEmpty() && vmName.isEmpty()) {
                vmName = Optional.of(settings.name());
            }
            return new Broker(this);
        }
    }
}
