package org.millrace.broker.security;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.millrace.broker.connection.Role;
import org.millrace.foundation.Check;
import org.millrace.wire.sasl.SaslPrep;
import org.millrace.wire.sasl.ScramHash;

/**
 * Who may connect, and what is kept of the password. Immutable.
 *
 * @param verifiers at least one, the strongest first
 */
public record User(String name, Role role, Map<ScramHash, ScramVerifier> verifiers) {
    /** Rounds of the salted hash in a users file: tens of milliseconds for each guess. */
    public static final int FILE_ITERATIONS = 20_000;

    private static final int MAX_NAME_LENGTH = 128;
    private static final String ALSO_ALLOWED = "._@+-/\\,";
    private static final int SALT_BYTES = 16;

    /**
     * A user with this password; takes long on purpose.
     *
     * @param iterations see {@link ScramHash#MIN_ITERATIONS} and {@link ScramHash#MAX_ITERATIONS}
     * @throws IllegalArgumentException when name or password has a character that is not allowed,
     *     or the password is empty; the message never has the password
     */
    public static User of(
            String name, String password, int iterations, RandomGenerator secureChance) {
        Check.argument(
                iterations >= ScramHash.MIN_ITERATIONS && iterations <= ScramHash.MAX_ITERATIONS,
                "iterations are %d, allowed are %d to %d",
                iterations,
                ScramHash.MIN_ITERATIONS,
                ScramHash.MAX_ITERATIONS);
        String prepared = preparedPassword(password);
        Map<ScramHash, ScramVerifier> verifiers = new EnumMap<>(ScramHash.class);
        for (ScramHash hash : ScramHash.values()) {
            byte[] salt = new byte[SALT_BYTES];
            secureChance.nextBytes(salt);
            verifiers.put(hash, ScramVerifier.of(hash, prepared, salt, iterations));
        }
        return new User(checkedName(name), Role.USER, verifiers);
    }

    /** The same user with another role. */
    public User withRole(Role other) {
        return new User(name, other, verifiers);
    }

    private static String preparedPassword(String password) {
        String prepared;
        try {
            prepared = SaslPrep.prepared(password);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException("password: " + refused.getMessage(), refused);
        }
        if (prepared.isEmpty()) {
            throw new IllegalArgumentException("the password is empty");
        }
        return prepared;
    }

    /**
     * @throws IllegalArgumentException saying what names may be
     */
    static String checkedName(String name) {
        boolean allowed =
                name.codePoints()
                        .allMatch(
                                c -> Character.isLetterOrDigit(c) || ALSO_ALLOWED.indexOf(c) >= 0);
        if (!allowed || name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
            throw new IllegalArgumentException(
                    "user name '%s' is not allowed: 1 to %d letters, digits and %s are"
                            .formatted(
                                    name.replaceAll("\\p{Cntrl}", "?"),
                                    MAX_NAME_LENGTH,
                                    String.join(" ", ALSO_ALLOWED.split(""))));
        }
        return SaslPrep.prepared(name);
    }

    Optional<ScramVerifier> verifier(ScramHash hash) {
        return Optional.ofNullable(verifiers.get(hash));
    }

    ScramVerifier strongest() {
        return verifiers.values().iterator().next();
    }

    /** SASL mechanisms by which the user can log in, besides PLAIN. */
    public List<String> mechanisms() {
        return verifiers.keySet().stream().map(ScramHash::mechanism).toList();
    }

    /** The line of a users file. */
    String line() {
        return name
                + " = "
                + (role == Role.ADMIN ? UsersText.ADMIN + " " : "")
                + verifiers.values().stream()
                        .map(ScramVerifier::text)
                        .collect(Collectors.joining(" "));
    }

    @Override
    public String toString() {
        return "user " + name;
    }
}
