package org.millrace.jms.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.millrace.wire.sasl.ScramHash;

class ScramClientTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String CHALLENGE =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    private final ScramClient client = new ScramClient(ScramHash.SHA_256, "user", NONCE);

    @Test
    void speaksAsTheExampleOfRfc7677() {
        assertThat(client.first()).isEqualTo(bytes("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"));
        ScramClient.Recipe recipe = client.challenged(bytes(CHALLENGE));
        assertThat(client.last(new DerivedKeys().derive(recipe, "pencil")))
                .isEqualTo(
                        bytes(
                                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="));
        assertThat(client.isProvenBy(bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))
                .isTrue();
        assertThat(client.isProvenBy(bytes("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")))
                .isFalse();
    }

    @Test
    void refusesChallengesThatAreNotForItOrWeakenThePassword() {
        for (String wrong :
                new String[] {
                    CHALLENGE.replace("r=rOp", "r=xOp"),
                    "r=" + NONCE + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
                    CHALLENGE.replace("4096", "1"),
                    CHALLENGE.replace("4096", "999999999"),
                    CHALLENGE.replace("4096", "many"),
                    CHALLENGE.replace("W22", "***"),
                    "m=must," + CHALLENGE,
                    "e=other-error",
                    ""
                }) {
            assertThatThrownBy(() -> client.challenged(bytes(wrong)))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void nobodyIsProvenBeforeTheProof() {
        assertThat(client.isProvenBy(bytes("v="))).isFalse();
    }

    @Test
    void keysAreMadeOnceForEachPasswordAndSalt() {
        DerivedKeys keys = new DerivedKeys();
        ScramClient.Recipe recipe = client.challenged(bytes(CHALLENGE));
        assertThat(keys.find(recipe, "pencil")).isEmpty();
        var made = keys.derive(recipe, "pencil");
        assertThat(keys.find(recipe, "pencil")).containsSame(made);
        assertThat(keys.find(recipe, "pencils")).isEmpty();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
