package org.millrace.broker.security;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.millrace.broker.connection.AnonymousAuthenticator;
import org.millrace.broker.connection.Authenticator;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.broker.settings.InvalidConfigException;
import org.millrace.foundation.Loop;
import org.millrace.foundation.ThreadLoop;
import org.millrace.wire.sasl.ScramHash;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The authenticator of a broker and the two loops that it decides on. Opened and closed by the
 * owner, off these loops.
 */
public final class Login implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Login.class);

    private final Authenticator authenticator;
    private final LiveUsers users;
    private final LoginPlan plan;
    private final Optional<Loops> loops;

    private record Loops(ThreadLoop login, ThreadLoop hashing) {}

    private Login(
            LoginPlan plan, LiveUsers users, Authenticator authenticator, Optional<Loops> loops) {
        this.plan = plan;
        this.users = users;
        this.authenticator = authenticator;
        this.loops = loops;
    }

    /**
     * Reads the users; no thread is started before the first login.
     *
     * @param chance makes salts and nonces, here and later on the broker loop
     * @throws IOException when a users file cannot be read
     * @throws InvalidConfigException when it is named and not there, or has a wrong line
     */
    public static Login open(
            LoginPlan plan, InstantSource clock, RandomGenerator chance, Consumer<Throwable> onBug)
            throws IOException {
        LiveUsers users = liveUsers(plan, chance);
        if (plan.isOpenForGood()) {
            return new Login(plan, users, new AnonymousAuthenticator(), Optional.empty());
        }
        if (plan.file().isPresent() && !plan.usersFile().orElseThrow().exists()) {
            throw new InvalidConfigException(
                    "users file %s is not there; create it with 'millrace users add NAME --users FILE'"
                            .formatted(plan.file().get().toAbsolutePath()));
        }
        users.load();
        Loops loops =
                new Loops(
                        new ThreadLoop("millrace-login", clock, onBug),
                        new ThreadLoop("millrace-hashing", clock, onBug));
        Authenticator sasl =
                new SaslAuthenticator(loops.login, loops.hashing, users, plan.anonymous(), chance);
        return new Login(plan, users, sasl, Optional.of(loops));
    }

    /** The authenticator for the plan on loops of the caller's, which may be one. */
    public static Authenticator authenticator(
            LoginPlan plan, Loop login, Loop hashing, RandomGenerator chance) throws IOException {
        LiveUsers users = liveUsers(plan, chance);
        users.load();
        return new SaslAuthenticator(login, hashing, users, plan.anonymous(), chance);
    }

    private static LiveUsers liveUsers(LoginPlan plan, RandomGenerator chance) {
        List<User> fixed =
                plan.users().stream()
                        .map(
                                each ->
                                        User.of(
                                                        each.name(),
                                                        each.password(),
                                                        ScramHash.MIN_ITERATIONS,
                                                        chance)
                                                .withRole(each.role()))
                        .toList();
        return new LiveUsers(plan.usersFile(), fixed);
    }

    public Authenticator authenticator() {
        return authenticator;
    }

    /** Says loudly, before the first login, that nobody is asked who it is. */
    public void warnIfOpen(String reachableAt) {
        if (users.areDefined() || plan.anonymous() == AnonymousAccess.ALLOW) {
            return;
        }
        String remedy =
                plan.usersFile()
                        .map(file -> "add a user with: millrace users add NAME --users " + file)
                        .orElse("give the broker users");
        if (plan.anonymous() == AnonymousAccess.REFUSE) {
            LOG.warn("NOBODY CAN CONNECT to {}: there are no users; {}", reachableAt, remedy);
        } else {
            LOG.warn(
                    "OPEN TO EVERYBODY: there are no users, so whoever reaches {} may send, receive"
                            + " and delete; {} (or say anonymous=allow to have it so)",
                    reachableAt,
                    remedy);
        }
    }

    @Override
    public void close() {
        loops.ifPresent(
                both -> {
                    both.hashing.close();
                    both.login.close();
                });
    }
}
