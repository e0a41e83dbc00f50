package org.millrace.broker.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.settings.InvalidConfigException;
import org.millrace.wire.sasl.ScramHash;

class UsersFileTest {
    private static final byte[] SECRET = new byte[32];

    @TempDir private Path directory;
    private Path path;
    private UsersFile file;

    @BeforeEach
    void open() {
        path = directory.resolve("deep/users.properties");
        file = new UsersFile(path);
    }

    private static User user(String name, String password) {
        return User.of(name, password, ScramHash.MIN_ITERATIONS, new SplittableRandom(7));
    }

    @Test
    void keepsUsersForItsOwnerOnlyAndNoPasswords() throws IOException {
        file.put(user("alice", "wonderland"), SECRET);
        file.put(user("bob", "builder"), SECRET);

        assertThat(file.load().all()).extracting(User::name).containsExactly("alice", "bob");
        assertThat(file.load().commonHashes())
                .containsExactly(ScramHash.SHA_512, ScramHash.SHA_256);
        assertThat(Files.readString(path)).doesNotContain("wonderland", "builder");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(file.isReadableByOthers()).isFalse();
    }

    @Test
    void anEditChangesNothingElse() throws IOException {
        file.put(user("alice", "a"), SECRET);
        List<String> lines = Files.readAllLines(path);
        Files.write(path, List.of("# ours", lines.get(2), "", lines.get(3)));
        file.put(user("bob", "b"), SECRET);
        file.put(user("alice", "changed"), SECRET);
        file.remove("bob");

        assertThat(Files.readAllLines(path))
                .hasSize(4)
                .startsWith("# ours", lines.get(2), "")
                .doesNotContain(lines.get(3));
        file.remove("alice");
        assertThat(file.load().all()).isEmpty();
    }

    @Test
    void aWrongLineIsNamed() throws IOException {
        file.put(user("alice", "a"), SECRET);
        List<String> good = Files.readAllLines(path);
        String alice = good.get(good.size() - 1);
        refused("# x\nalice\n", "line 2: there is no '='");
        refused("al ice = x", "line 1: user name 'al ice' is not allowed");
        refused("\n\nalice = secret", "line 3: expected scram-sha-256:iterations");
        refused("alice = md5:1:2:3:4", "expected scram-sha-256:iterations");
        refused(alice.replaceAll(":4096:", ":12:"), "iterations are '12', allowed are 4096 to");
        refused(alice.replaceAll("[:][^:]+[:]([^:]+) ", ":$1: "), "line 1");
        refused(alice + "\n" + alice, "line 2: user 'alice' is there twice");
        refused(alice + " " + alice.split(" ")[2], "scram-sha-512 is there twice");
        assertThatThrownBy(() -> file.put(user("bob", "b"), SECRET))
                .isInstanceOf(InvalidConfigException.class);
        assertThat(Files.readString(path)).doesNotContain("bob");
    }

    private void refused(String text, String because) throws IOException {
        Files.writeString(path, text);
        assertThatThrownBy(file::load)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining(because);
    }

    @Test
    void liveUsersFollowTheFileButNeverOpenUp() throws IOException {
        LiveUsers live = new LiveUsers(java.util.Optional.of(file), List.of(user("fixed", "f")));
        live.load();
        assertThat(names(live)).containsExactly("fixed");
        file.put(user("alice", "a"), SECRET);
        assertThat(names(live)).containsExactly("alice", "fixed");
        Files.writeString(path, "rubbish");
        assertThat(names(live)).containsExactly("alice", "fixed");
        Files.delete(path);
        assertThat(names(live)).containsExactly("alice", "fixed");
        assertThat(live.areDefined()).isTrue();
        file.put(user("bob", "b"), SECRET);
        assertThat(names(live)).containsExactly("bob", "fixed");
    }

    private static List<String> names(LiveUsers live) {
        return live.current().all().stream().map(User::name).toList();
    }

    @Test
    void namesAndPasswordsThatCannotBeAreRefusedWithoutShowingThem() {
        for (String name : new String[] {"", "a b", "a=b", "#a", "$decoy", "a\nb"}) {
            assertThatThrownBy(() -> user(name, "x")).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> user("alice", "")).hasMessageContaining("empty");
        assertThatThrownBy(() -> user("alice", "hidden\u0001"))
                .hasMessageContaining("password")
                .hasMessageNotContaining("hidden");
        assertThat(user("alice", "hidden").toString()).isEqualTo("user alice");
    }
}
