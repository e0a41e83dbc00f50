package org.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UsersCommandTest {
    @TempDir private Path directory;
    private String said = "";

    @Test
    void addsListsChangesAndRemovesUsers() throws Exception {
        Path file = directory.resolve("users.properties");
        assertThat(run("", "list")).isZero();
        assertThat(said).contains("there is no " + file);
        assertThat(run("wonderland\n", "add", "alice", "--password-stdin")).isZero();
        assertThat(run("builder", "add", "bob", "--password-stdin", "--iterations", "4096"))
                .isZero();
        assertThat(run("", "list")).isZero();
        assertThat(said)
                .contains("alice (SCRAM-SHA-512, SCRAM-SHA-256)", "bob (")
                .doesNotContain("builder");

        String before = Files.readString(file);
        assertThat(before).contains("scram-sha-256:20000:", "scram-sha-512:4096:");
        assertThat(before).doesNotContain("wonderland", "builder");
        assertThat(run("", "list", "--json")).isZero();
        assertThat(said.lines().map(Json::readObject))
                .extracting(user -> user.get("name"))
                .containsExactly("alice", "bob");
        assertThat(run("other", "passwd", "alice", "--password-stdin")).isZero();
        assertThat(Files.readString(file)).isNotEqualTo(before);
        assertThat(run("", "remove", "bob")).isZero();
        assertThat(Files.readString(file)).contains("alice = ").doesNotContain("bob");
        assertThat(run("", "remove", "alice")).isZero();
        assertThat(said).contains("nobody is left");
    }

    @Test
    void whatIsWrongIsOneMessageAndChangesNothing() throws Exception {
        assertThat(run("wonderland", "add", "alice", "--password-stdin")).isZero();
        Path file = directory.resolve("users.properties");
        String before = Files.readString(file);
        refused("again", "is in " + file + " already", "add", "alice", "--password-stdin");
        refused("", "password is empty", "add", "bob", "--password-stdin");
        refused("x", "user name 'b b' is not allowed", "add", "b b", "--password-stdin");
        refused("x", "iterations are 7", "add", "b", "--password-stdin", "--iterations", "7");
        refused("x", "--password-stdin", "add", "bob");
        refused("x", "user 'bob' is not in", "passwd", "bob", "--password-stdin");
        refused("", "user 'bob' is not in", "remove", "bob");
        assertThat(Files.readString(file)).isEqualTo(before);

        Files.writeString(file, "alice\n");
        refused("", "line 1: there is no '='", "list");
        assertThat(run("", "nonsense")).isEqualTo(2);
        assertThat(run("x", "add", "bob", "--password", "secret")).isEqualTo(2);
    }

    private void refused(String input, String because, String... arguments) {
        assertThat(run(input, arguments)).isEqualTo(1);
        assertThat(said).contains(because).doesNotContain("\tat ");
    }

    private int run(String input, String... arguments) {
        String[] all = new String[arguments.length + 3];
        all[0] = "users";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        all[all.length - 2] = "--data";
        all[all.length - 1] = directory.toString();
        CommandRun run = CommandRun.of(input, all);
        said = run.output() + run.errors();
        return run.exit();
    }
}
