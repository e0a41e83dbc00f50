package org.millrace.broker.security;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.wire.sasl.ScramHash;

/**
 * Everybody who may connect, at one moment. Immutable.
 *
 * @param decoy secret that makes up salts for names that are not here; empty in files written by
 *     hand
 */
public record Users(Map<String, User> byName, Optional<byte[]> decoy) {
    static final Users NONE = new Users(Map.of(), Optional.empty());

    private static final int DECOY_SALT_BYTES = 16;

    public Users {
        byName = Collections.unmodifiableMap(new LinkedHashMap<>(byName));
    }

    public Collection<User> all() {
        return byName.values();
    }

    public Optional<User> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The same and these, who win where names are equal. */
    Users and(Collection<User> others) {
        Map<String, User> both = new LinkedHashMap<>(byName);
        others.forEach(each -> both.put(each.name(), each));
        return new Users(both, decoy);
    }

    /** Hashes that every user has, the strongest first: a client chooses before it says who. */
    List<ScramHash> commonHashes() {
        return Arrays.stream(ScramHash.values())
                .filter(hash -> all().stream().allMatch(user -> user.verifier(hash).isPresent()))
                .toList();
    }

    /**
     * What a login with a name that is not here is checked against, so that it looks and lasts like
     * one with a wrong password: the same salt each time, keys that fit no password.
     */
    ScramVerifier decoyFor(String name, ScramHash hash, byte[] secret) {
        byte[] key = decoy.orElse(secret);
        int iterations =
                all().stream()
                        .flatMap(user -> user.verifier(hash).stream())
                        .findFirst()
                        .map(ScramVerifier::iterations)
                        .orElse(User.FILE_ITERATIONS);
        return new ScramVerifier(
                hash,
                iterations,
                Arrays.copyOf(hash.hmac(key, hash.label() + " salt " + name), DECOY_SALT_BYTES),
                hash.hmac(key, "stored " + name),
                hash.hmac(key, "server " + name));
    }

    /** Without hashes. */
    @Override
    public String toString() {
        return byName.size() + " users";
    }
}
