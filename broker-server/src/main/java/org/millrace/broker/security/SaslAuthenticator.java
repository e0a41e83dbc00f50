package org.millrace.broker.security;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.millrace.broker.connection.AnonymousAuthenticator;
import org.millrace.broker.connection.Authenticator;
import org.millrace.broker.connection.Role;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.link.Complaints;
import org.millrace.wire.sasl.ScramHash;

/**
 * SASL over the users of a broker: SCRAM, PLAIN, and ANONYMOUS where the policy has it.
 *
 * <p>Called on the broker loop; everything is decided on the login loop, which looks at the users
 * file. Each link has one step there at most. A password that comes as it is costs tens of
 * milliseconds of hashing: that is done on the hashing loop, for a bounded number of links at a
 * time, so that it holds up neither the broker nor the other logins.
 */
final class SaslAuthenticator implements Authenticator {
    private static final String PLAIN = "PLAIN";
    private static final int NONCE_BYTES = 18;
    private static final int MAX_HASHING = 64;

    private final Loop login;
    private final Loop hashing;
    private final LiveUsers users;
    private final AnonymousAccess anonymous;
    private final RandomGenerator chance;
    private final byte[] decoySecret = new byte[32];
    private final LoginThrottle throttle = new LoginThrottle();
    private final Complaints complaints = new Complaints();
    private int hashingNow;

    /**
     * @param chance makes nonces, on the broker loop; in production a secure one
     */
    SaslAuthenticator(
            Loop login,
            Loop hashing,
            LiveUsers users,
            AnonymousAccess anonymous,
            RandomGenerator chance) {
        this.login = login;
        this.hashing = hashing;
        this.users = users;
        this.anonymous = anonymous;
        this.chance = chance;
        chance.nextBytes(decoySecret);
    }

    @Override
    public void offer(Consumer<List<String>> then) {
        login.execute(() -> then.accept(mechanisms(users.current())));
    }

    private List<String> mechanisms(Users now) {
        List<String> offered = new ArrayList<>();
        if (users.areDefined() || anonymous == AnonymousAccess.REFUSE) {
            now.commonHashes().forEach(hash -> offered.add(hash.mechanism()));
            offered.add(PLAIN);
        }
        if (admitsAnonymous()) {
            offered.add(AnonymousAuthenticator.MECHANISM);
        }
        return offered;
    }

    private boolean admitsAnonymous() {
        return switch (anonymous) {
            case ALLOW -> true;
            case REFUSE -> false;
            case AUTO -> !users.areDefined();
        };
    }

    /** Where nobody is asked, everybody may do everything. */
    private Role roleOfAnonymous() {
        return users.areDefined() ? Role.USER : Role.ADMIN;
    }

    @Override
    public Conversation begin(String peer) {
        byte[] nonce = new byte[NONCE_BYTES];
        chance.nextBytes(nonce);
        return new Talk(peer, Base64.getEncoder().encodeToString(nonce));
    }

    /** One link's login. Confined to the login loop after the hand-over. */
    private final class Talk implements Conversation {
        private final String peer;
        private final String nonce;
        private String chosen = "";
        private ScramServer scram;

        Talk(String peer, String nonce) {
            this.peer = peer;
            this.nonce = nonce;
        }

        @Override
        public void next(String mechanism, ByteBuffer response, Consumer<Step> then) {
            login.execute(() -> guarded(then, () -> step(mechanism, response, then)));
        }

        private void guarded(Consumer<Step> then, Runnable step) {
            try {
                step.run();
            } catch (IllegalArgumentException malformed) {
                complain("malformed " + chosen + " message: " + malformed.getMessage());
                then.accept(refusal("malformed %s message: %s", chosen, malformed.getMessage()));
            }
        }

        private void step(String mechanism, ByteBuffer response, Consumer<Step> then) {
            if (!chosen.isEmpty()) {
                finishScram(response, then);
                return;
            }
            Users now = users.current();
            List<String> offered = mechanisms(now);
            if (!offered.contains(mechanism)) {
                complain("mechanism not offered");
                then.accept(AnonymousAuthenticator.notOffered(shortened(mechanism), offered));
                return;
            }
            chosen = mechanism;
            Optional<ScramHash> hash = ScramHash.ofMechanism(mechanism);
            if (hash.isPresent()) {
                scram = new ScramServer(hash.get(), nonce);
                then.accept(new Challenge(scram.challenge(response, now, decoySecret)));
            } else if (mechanism.equals(PLAIN)) {
                checkPlain(new PlainCheck(response, now, decoySecret), then);
            } else {
                then.accept(new Success("", roleOfAnonymous(), ByteBuffer.allocate(0)));
            }
        }

        private void finishScram(ByteBuffer response, Consumer<Step> then) {
            Check.invariant(scram != null, "%s has no second step", chosen);
            whenAdmitted(
                    scram.user(),
                    then,
                    () -> {
                        Optional<ByteBuffer> proof = scram.finish(response);
                        then.accept(
                                proof.isPresent()
                                        ? accepted(scram.user(), proof.get())
                                        : wrong(scram.user()));
                    });
        }

        private void checkPlain(PlainCheck check, Consumer<Step> then) {
            whenAdmitted(
                    check.user(),
                    then,
                    () -> {
                        if (hashingNow >= MAX_HASHING) {
                            then.accept(busy(hashingNow + " passwords are being checked"));
                        } else {
                            hashingNow++;
                            hashing.execute(() -> hash(check, then));
                        }
                    });
        }

        private void hash(PlainCheck check, Consumer<Step> then) {
            boolean passes = check.passes();
            try {
                login.execute(() -> then.accept(judged(check.user(), passes)));
            } catch (RejectedExecutionException stopped) {
                then.accept(busy("the broker is stopping"));
            }
        }

        /** Runs the check at once, or later when there were many failures before. */
        private void whenAdmitted(String user, Consumer<Step> then, Runnable check) {
            Optional<Duration> wait = throttle.admit(attempt(user), login.nanoTime());
            if (wait.isEmpty()) {
                complain("user '" + shortened(user) + "': too many failed attempts");
                then.accept(busy("too many failed attempts as user '" + shortened(user) + "'"));
            } else if (wait.get().isZero()) {
                check.run();
            } else {
                login.after(wait.get(), () -> guarded(then, check));
            }
        }

        private Step judged(String user, boolean passes) {
            hashingNow--;
            return passes ? accepted(user, ByteBuffer.allocate(0)) : wrong(user);
        }

        private LoginThrottle.Attempt attempt(String user) {
            int portStart = peer.lastIndexOf(':');
            return new LoginThrottle.Attempt(
                    portStart < 0 ? peer : peer.substring(0, portStart), user);
        }

        private Step accepted(String user, ByteBuffer data) {
            throttle.succeeded(attempt(user));
            Role role = users.current().find(user).map(User::role).orElse(Role.USER);
            return new Success(user, role, data);
        }

        private Step wrong(String user) {
            throttle.failed(attempt(user), login.nanoTime());
            complain("user '" + shortened(user) + "': wrong user name or password");
            return refusal("user '%s' is refused: wrong user name or password", shortened(user));
        }

        /** Another time the same may be accepted. */
        private static Step busy(String why) {
            return new Refusal(
                    RefusedException.of(
                            ErrorCode.RESOURCE_LIMIT, "login refused: %s; try again later", why));
        }

        private void complain(String what) {
            complaints.warn("login from %s refused: %s".formatted(peer, what), login.nanoTime());
        }

        private static Step refusal(String format, Object... arguments) {
            return new Refusal(RefusedException.of(ErrorCode.SECURITY, format, arguments));
        }

        /** What a stranger chose, for people. */
        private static String shortened(String text) {
            String printable = text.replaceAll("\\p{Cntrl}", "?");
            return printable.length() <= 128 ? printable : printable.substring(0, 128) + "...";
        }
    }
}
