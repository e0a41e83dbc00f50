package org.millrace.wire.sasl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SaslTest {
    @ParameterizedTest
    @EnumSource(ScramHash.class)
    void saltedPasswordsAreThoseOfTheJavaRuntime(ScramHash hash) throws Exception {
        byte[] salt = "salt of the earth".getBytes(StandardCharsets.UTF_8);
        String algorithm = "PBKDF2WithHmac" + hash.mechanism().substring(6).replace("-", "");
        var spec = new PBEKeySpec("påsswörd".toCharArray(), salt, 777, hash.sizeBytes() * 8);

        assertThat(hash.saltedPassword("påsswörd", salt, 777))
                .isEqualTo(
                        SecretKeyFactory.getInstance(algorithm).generateSecret(spec).getEncoded());
    }

    @Test
    void anEmptyPasswordIsAPasswordToo() {
        assertThat(ScramHash.SHA_256.saltedPassword("", new byte[16], 2)).hasSize(32);
    }

    @Test
    void namesAndPasswordsAreTheSameHoweverTheyWereTyped() {
        assertThat(SaslPrep.prepared("I\u00adX")).isEqualTo("IX");
        assertThat(SaslPrep.prepared("user")).isEqualTo("user");
        assertThat(SaslPrep.prepared("USER")).isEqualTo("USER");
        assertThat(SaslPrep.prepared("\u00aa")).isEqualTo("a");
        assertThat(SaslPrep.prepared("\u2168")).isEqualTo("IX");
        assertThat(SaslPrep.prepared("a\u00a0b")).isEqualTo("a b");
        assertThat(SaslPrep.prepared("e\u0301")).isEqualTo("\u00e9");
        assertThatThrownBy(() -> SaslPrep.prepared("secret\u0007"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> SaslPrep.prepared("\ud800"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void commasAndEqualsSignsInNamesAreEscaped() {
        for (String name : new String[] {"a,b=c", "=2C", "=3D", ",,==", "plain"}) {
            assertThat(ScramText.escaped(name)).doesNotContain(",");
            assertThat(ScramText.unescaped(ScramText.escaped(name))).isEqualTo(name);
        }
        assertThatThrownBy(() -> ScramText.unescaped("a=b"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void attributesComeInTheirOrder() {
        assertThat(ScramText.values("r=1=,s=2,i=3,x=4", "rsi")).containsExactly("1=", "2", "3");
        for (String wrong : new String[] {"", "r", "r=1", "r=1,i=3,s=2", "m=0,r=1,s=2,i=3"}) {
            assertThatThrownBy(() -> ScramText.values(wrong, "rsi"))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
