package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.millrace.broker.security.Login;
import org.millrace.broker.security.LoginPlan;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Loop;
import org.millrace.foundation.SeededScheduler;
import org.millrace.foundation.Spec;
import org.millrace.persistence.HeapLogEngine;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.link.Link;
import org.millrace.wire.link.LinkListener;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;

/** Logins frame by frame, against a broker whose login and hashing loops run when chance has it. */
@Spec({"CON-2", "EXC-10"})
class LoginTest {
    private static final long SEED = 31;

    private final SeededScheduler world =
            new SeededScheduler(new SplittableRandom(SEED), Instant.parse("2026-11-01T00:00:00Z"));
    private final Loop loop = world.newLoop("broker");
    private BrokerCore core;

    private void start(LoginPlan plan) throws IOException {
        SplittableRandom chance = new SplittableRandom(SEED);
        HeapLogEngine engine = new HeapLogEngine(1L << 20);
        core =
                new BrokerCore(
                        loop,
                        engine,
                        BrokerSettings.DEFAULTS,
                        BrokerCore.Access.of(
                                Login.authenticator(
                                        plan,
                                        world.newLoop("login"),
                                        world.newLoop("hashing"),
                                        chance)),
                        chance,
                        failure -> {
                            throw new AssertionError("seed " + SEED, failure);
                        });
        var recovered = engine.recover();
        loop.execute(() -> core.start(recovered, () -> {}));
        world.runUntilIdle();
    }

    private static LoginPlan withAlice() {
        return LoginPlan.OPEN.withUser("alice", "wonderland");
    }

    @Test
    void offersTheStrongestFirstAndAnonymousOnlyWhereAllowed() throws IOException {
        start(withAlice());
        assertThat(new Stranger().offered())
                .containsExactly("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN");
        start(withAlice().withAnonymous(AnonymousAccess.ALLOW));
        assertThat(new Stranger().offered())
                .containsExactly("SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "ANONYMOUS");
        start(LoginPlan.OPEN);
        assertThat(new Stranger().offered()).containsExactly("ANONYMOUS");
        start(LoginPlan.OPEN.withAnonymous(AnonymousAccess.REFUSE));
        assertThat(new Stranger().offered()).doesNotContain("ANONYMOUS");
    }

    @Test
    void theRightPasswordOpensTheLinkByEachMechanism() throws IOException {
        start(withAlice());
        for (ScramHash hash : ScramHash.values()) {
            Stranger alice = new Stranger();
            alice.scram(hash, "alice", "wonderland");
            assertThat(alice.accepted()).contains("alice");
        }
        Stranger alice = new Stranger();
        alice.plain("", "alice", "wonderland");
        assertThat(alice.accepted()).contains("alice");
        alice.say(new Frame.OpenConnection(1, "", 0, 0));
        assertThat(alice.last()).isInstanceOf(Frame.ConnectionOpened.class);
    }

    @Test
    void wrongPasswordAndUnknownUserGetTheSameAnswer() throws IOException {
        start(withAlice().withAnonymous(AnonymousAccess.ALLOW));
        for (String user : new String[] {"alice", "mallory", ""}) {
            Stranger guest = new Stranger();
            guest.plain("", user, "guess");
            guest.wasRefused("user '" + user + "' is refused: wrong user name or password");
            for (ScramHash hash : ScramHash.values()) {
                Stranger other = new Stranger();
                other.scram(hash, user, "guess");
                other.wasRefused("user '" + user + "' is refused: wrong user name or password");
            }
        }
    }

    @Test
    void withoutCredentialsThePolicyDecides() throws IOException {
        start(withAlice());
        Stranger refused = new Stranger();
        refused.authenticate("ANONYMOUS", "");
        refused.wasRefused("mechanism 'ANONYMOUS' is not offered");
        for (LoginPlan plan :
                List.of(LoginPlan.OPEN, withAlice().withAnonymous(AnonymousAccess.ALLOW))) {
            start(plan);
            Stranger anonymous = new Stranger();
            anonymous.authenticate("ANONYMOUS", "");
            assertThat(anonymous.accepted()).contains("");
        }
    }

    @Test
    void rubbishIsRefused() throws IOException {
        start(withAlice());
        for (String[] attempt :
                new String[][] {
                    {"PLAIN", ""},
                    {"PLAIN", "alice"},
                    {"PLAIN", "\0alice\0wonderland\0"},
                    {"PLAIN", "bob\0alice\0wonderland"},
                    {"PLAIN", "\0al\nice\0wonderland"},
                    {"PLAIN", "\0alice\0" + "x".repeat(2000)},
                    {"SCRAM-SHA-256", ""},
                    {"SCRAM-SHA-256", "n,,n=alice"},
                    {"SCRAM-SHA-256", "p=tls-exporter,,n=alice,r=abc"},
                    {"MAGIC\n", "x"},
                    {"", ""}
                }) {
            Stranger stranger = new Stranger();
            stranger.authenticate(attempt[0], attempt[1]);
            stranger.wasRefused("");
        }
    }

    @Test
    void rubbishInTheSecondStepIsRefused() throws IOException {
        start(withAlice());
        for (String last : new String[] {"", "c=biws", "c=biws,r=x,p=x", "\u0000"}) {
            Stranger stranger = new Stranger();
            stranger.authenticate("SCRAM-SHA-256", "n,,n=alice,r=abc");
            assertThat(stranger.last()).isInstanceOf(Frame.Challenge.class);
            stranger.authenticate("", last);
            stranger.wasRefused("malformed");
        }
    }

    @Test
    void stepsOutOfTurnCloseTheLink() throws IOException {
        start(withAlice());
        Stranger hasty = new Stranger();
        Frame.Authenticate first =
                new Frame.Authenticate("SCRAM-SHA-256", bytes("n,,n=alice,r=abc"));
        hasty.post(first);
        hasty.post(first);
        world.runUntilIdle();
        hasty.wasClosedBy(ErrorCode.PROTOCOL);

        Stranger early = new Stranger();
        early.say(new Frame.OpenConnection(1, "", 0, 0));
        early.wasClosedBy(ErrorCode.PROTOCOL);

        Stranger tireless = new Stranger();
        tireless.plain("", "alice", "wonderland");
        tireless.plain("", "alice", "wonderland");
        tireless.wasClosedBy(ErrorCode.PROTOCOL);
    }

    @Test
    void aLinkThatIsLostWhileItsPasswordIsCheckedHarmsNobody() throws IOException {
        start(withAlice());
        Stranger gone = new Stranger();
        gone.post(new Frame.Authenticate("PLAIN", bytes("\0alice\0wonderland")));
        gone.close();
        world.runUntilIdle();
        assertThat(gone.accepted()).isEmpty();
        new Stranger().plain("", "alice", "wonderland");
    }

    @Test
    void guessingIsSlowedDownButTheRightPasswordComesThrough() throws IOException {
        start(withAlice());
        for (int i = 0; i < 10; i++) {
            new Stranger().scram(ScramHash.SHA_256, "alice", "guess " + i);
        }
        Stranger alice = new Stranger();
        alice.scram(ScramHash.SHA_256, "alice", "wonderland");
        assertThat(alice.accepted()).isEmpty();
        Stranger bob = new Stranger();
        bob.scram(ScramHash.SHA_256, "bob", "guess");
        bob.wasRefused("user 'bob'");

        world.advance(Duration.ofSeconds(1));
        assertThat(alice.accepted()).contains("alice");
    }

    @Test
    void aConnectionIsResumedByItsOwnUserOnly() throws IOException {
        start(withAlice().withUser("bob", "builder"));
        Stranger alice = new Stranger();
        alice.plain("", "alice", "wonderland");
        alice.say(new Frame.OpenConnection(1, "mine", 0, 0));
        Frame.ConnectionOpened opened = (Frame.ConnectionOpened) alice.last();
        Frame again = new Frame.OpenConnection(1, "", opened.connectionId(), opened.resumeSecret());
        Stranger bob = new Stranger();
        bob.plain("", "bob", "builder");
        bob.say(again);
        assertThat(((Frame.ConnectionOpened) bob.last()).resumed()).isFalse();
        Stranger back = new Stranger();
        back.plain("", "alice", "wonderland");
        back.say(again);
        assertThat(((Frame.ConnectionOpened) back.last()).resumed()).isTrue();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }

    /** The other end of a link that has said hello. */
    private final class Stranger implements Link {
        private final List<Frame> heard = new ArrayList<>();
        private final LinkListener broker = core.accept();
        private boolean closed;

        Stranger() {
            loop.execute(() -> broker.onOpen(this));
            say(new Frame.Hello(1, 1, 0, "stranger"));
        }

        void post(Frame frame) {
            loop.execute(
                    () -> {
                        if (!closed) {
                            broker.onFrame(frame);
                        }
                    });
        }

        void say(Frame frame) {
            post(frame);
            world.runUntilIdle();
        }

        void authenticate(String mechanism, String response) {
            say(new Frame.Authenticate(mechanism, bytes(response)));
        }

        void plain(String actingFor, String user, String password) {
            authenticate("PLAIN", actingFor + "\0" + user + "\0" + password);
        }

        void scram(ScramHash hash, String user, String password) {
            String first = "n=" + user + ",r=abc";
            authenticate(hash.mechanism(), "n,," + first);
            String challenge = text(((Frame.Challenge) last()).data());
            String[] parts = challenge.split(",[si]=");
            byte[] salt = Base64.getDecoder().decode(parts[1]);
            ScramKeys keys = ScramKeys.derive(hash, password, salt, Integer.parseInt(parts[2]));
            String withoutProof = "c=biws," + parts[0];
            String all = first + "," + challenge + "," + withoutProof;
            byte[] proof = ScramKeys.xor(keys.clientKey(), hash.hmac(keys.storedKey(), all));
            authenticate("", withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof));
        }

        List<String> offered() {
            return ((Frame.Welcome) heard.get(0)).mechanisms();
        }

        Frame last() {
            return heard.get(heard.size() - 1);
        }

        private <F extends Frame> Stream<F> heard(Class<F> type) {
            return heard.stream().filter(type::isInstance).map(type::cast);
        }

        Optional<String> accepted() {
            return heard(Frame.Authenticated.class).map(Frame.Authenticated::user).findFirst();
        }

        void wasRefused(String because) {
            assertThat(heard(Frame.Failed.class))
                    .singleElement()
                    .satisfies(
                            failed -> {
                                assertThat(failed.code()).isEqualTo(ErrorCode.SECURITY);
                                assertThat(failed.message())
                                        .contains(because)
                                        .doesNotContain("wonderland", "guess");
                            });
            wasClosedBy(ErrorCode.SECURITY);
        }

        void wasClosedBy(ErrorCode code) {
            assertThat(heard(Frame.Goodbye.class))
                    .extracting(Frame.Goodbye::code)
                    .containsExactly(code);
            assertThat(closed).isTrue();
        }

        @Override
        public void write(Frame frame) {
            if (!closed) {
                heard.add(frame);
            }
        }

        @Override
        public void flush() {
            // Written frames are heard at once.
        }

        @Override
        public boolean isCongested() {
            return false;
        }

        @Override
        public void setReading(boolean reading) {
            // There is nothing to hold back.
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                loop.execute(() -> broker.onClose("closed"));
            }
        }

        @Override
        public String peer() {
            return "10.0.0.1:4711";
        }
    }
}
