package org.millrace.broker.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.broker.connection.Role;
import org.millrace.wire.sasl.ScramHash;

class ScramServerTest {
    private static final byte[] SECRET = new byte[32];
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private static final String LAST =
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private final ScramVerifier verifier =
            ScramVerifier.of(
                    ScramHash.SHA_256,
                    "pencil",
                    Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="),
                    4096);
    private final Users users =
            new Users(
                    Map.of(
                            "user",
                            new User("user", Role.USER, Map.of(ScramHash.SHA_256, verifier))),
                    Optional.empty());
    private final ScramServer server =
            new ScramServer(ScramHash.SHA_256, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");

    @Test
    void answersAsTheExampleOfRfc7677() {
        assertThat(server.challenge(bytes(FIRST), users, SECRET))
                .isEqualTo(
                        bytes(
                                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                        + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"));
        assertThat(server.finish(bytes(LAST)))
                .contains(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        assertThat(server.user()).isEqualTo("user");
    }

    @Test
    void aProofThatIsWrongByOneBitIsRefused() {
        server.challenge(bytes(FIRST), users, SECRET);
        assertThat(server.finish(bytes(LAST.replace("p=dH", "p=eH")))).isEmpty();
    }

    @Test
    void aStrangerIsChallengedLikeAUserAndTheSameEachTime() {
        String first = FIRST.replace("user", "stranger");
        ByteBuffer challenge = server.challenge(bytes(first), users, SECRET);
        ByteBuffer again =
                new ScramServer(ScramHash.SHA_256, "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
                        .challenge(bytes(first), users, SECRET);

        assertThat(again).isEqualTo(challenge);
        assertThat(text(challenge)).matches("r=.*,s=[A-Za-z0-9+/]{22}==,i=4096");
        assertThat(server.finish(bytes(LAST))).isEmpty();
    }

    @Test
    void malformedFirstMessagesAreRefused() {
        for (String wrong :
                new String[] {
                    "",
                    ",",
                    "n,,",
                    "n,,n=user",
                    "n,,r=x,n=user",
                    "n,,n=user,r=",
                    "n,,n=us=er,r=x",
                    "n,,m=must,n=user,r=x",
                    "n,a=other,n=user,r=x",
                    "p=tls-unique,,n=user,r=x",
                    "x,,n=user,r=x"
                }) {
            ScramServer fresh = new ScramServer(ScramHash.SHA_256, "nonce");
            assertThatThrownBy(() -> fresh.challenge(bytes(wrong), users, SECRET))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void malformedLastMessagesAreRefused() {
        server.challenge(bytes(FIRST), users, SECRET);
        for (String wrong :
                new String[] {
                    "",
                    "c=biws",
                    LAST.substring(0, LAST.indexOf(",p=")),
                    LAST.replace("biws", "eSws"),
                    LAST.replace("r=rOp", "r=xOp"),
                    LAST.replace("p=dHzb", "p="),
                    LAST.replace("p=dHzb", "p=****")
                }) {
            assertThatThrownBy(() -> server.finish(bytes(wrong)))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> server.finish(ByteBuffer.wrap(new byte[] {(byte) 0xff})))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
    }
}
