package org.millrace.broker.security;

import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.connection.Role;
import org.millrace.broker.settings.InvalidConfigException;
import org.millrace.wire.sasl.ScramHash;

/**
 * The lines of a users file, comments included, so that an edit changes nothing else. Immutable.
 *
 * <pre>
 *   # comment
 *   $decoy = Base64                   makes up salts for names that are not here
 *   name = [admin] scram-sha-512:… [scram-sha-256:…]
 * </pre>
 */
record UsersText(List<String> lines) {
    /** Says that the user may administer. */
    static final String ADMIN = "admin";

    private static final String DECOY = "$decoy";
    private static final List<String> HEADING =
            List.of(
                    "# Who may connect to the broker, with salted hashes of the passwords (SCRAM)."
                            + " Keep it unreadable for others.",
                    "# Edit it with: millrace users add|passwd|remove NAME");

    UsersText {
        lines = List.copyOf(lines);
    }

    static UsersText empty() {
        return new UsersText(HEADING);
    }

    /**
     * @param origin the file, for messages
     * @throws InvalidConfigException naming the first line that is wrong
     */
    Users parsed(String origin) {
        Map<String, User> users = new LinkedHashMap<>();
        Optional<byte[]> decoy = Optional.empty();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                if (nameIn(line).equals(DECOY)) {
                    decoy = Optional.of(Base64.getDecoder().decode(valueIn(line)));
                } else {
                    User user = user(line);
                    if (users.put(user.name(), user) != null) {
                        throw new IllegalArgumentException(
                                "user '" + user.name() + "' is there twice");
                    }
                }
            } catch (IllegalArgumentException wrong) {
                throw new InvalidConfigException(
                        "%s, line %d: %s; set the password again with 'millrace users passwd', or"
                                        .formatted(origin, i + 1, wrong.getMessage())
                                + " remove the line");
            }
        }
        return new Users(users, decoy);
    }

    private static User user(String line) {
        String name = User.checkedName(nameIn(line));
        Map<ScramHash, ScramVerifier> verifiers = new EnumMap<>(ScramHash.class);
        Role role = Role.USER;
        for (String text : valueIn(line).split("\\s+")) {
            if (text.equals(ADMIN)) {
                role = Role.ADMIN;
                continue;
            }
            ScramVerifier verifier = ScramVerifier.parse(text);
            if (verifiers.put(verifier.hash(), verifier) != null) {
                throw new IllegalArgumentException(verifier.hash().label() + " is there twice");
            }
        }
        if (verifiers.isEmpty()) {
            throw new IllegalArgumentException("user '" + name + "' has no password hash");
        }
        return new User(name, role, verifiers);
    }

    private static String nameIn(String line) {
        int equals = line.indexOf('=');
        return equals < 0 ? line : line.substring(0, equals).strip();
    }

    private static String valueIn(String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("there is no '='");
        }
        return line.substring(equals + 1).strip();
    }

    /** The same with this user, who may have been there with other hashes. */
    UsersText with(User user) {
        return replaced(user.name(), Optional.of(user.line()));
    }

    UsersText without(String name) {
        return replaced(name, Optional.empty());
    }

    /** The same with a secret for made-up salts, unless it has one. */
    UsersText withDecoy(byte[] secret) {
        boolean there = lines.stream().anyMatch(line -> nameIn(line.strip()).equals(DECOY));
        return there
                ? this
                : replaced(
                        DECOY,
                        Optional.of(DECOY + " = " + Base64.getEncoder().encodeToString(secret)));
    }

    private UsersText replaced(String name, Optional<String> line) {
        List<String> changed = new ArrayList<>();
        boolean found = false;
        for (String each : lines) {
            if (!nameIn(each.strip()).equals(name)) {
                changed.add(each);
            } else if (!found) {
                found = true;
                line.ifPresent(changed::add);
            }
        }
        if (!found) {
            line.ifPresent(changed::add);
        }
        return new UsersText(changed);
    }
}
