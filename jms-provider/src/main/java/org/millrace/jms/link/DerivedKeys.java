package org.millrace.jms.link;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.millrace.wire.sasl.ScramHash;
import org.millrace.wire.sasl.ScramKeys;

/**
 * What passwords have become, so that only the first of many logins pays for it. Any thread.
 * Bounded: the keys that were used least recently are forgotten. Holds no password.
 */
final class DerivedKeys {
    private static final int MAX_KEYS = 64;

    /** From what the keys came; the digest is that of the password. */
    private record Origin(ScramHash hash, String salt, int iterations, String digest) {}

    private final Map<Origin, ScramKeys> keys =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Origin, ScramKeys> eldest) {
                    return size() > MAX_KEYS;
                }
            };

    synchronized Optional<ScramKeys> find(ScramClient.Recipe recipe, String password) {
        return Optional.ofNullable(keys.get(origin(recipe, password)));
    }

    /** Takes long on purpose, unless they are there already: not for event loops. */
    ScramKeys derive(ScramClient.Recipe recipe, String password) {
        Optional<ScramKeys> found = find(recipe, password);
        if (found.isPresent()) {
            return found.get();
        }
        ScramKeys derived =
                ScramKeys.derive(recipe.hash(), password, recipe.salt(), recipe.iterations());
        synchronized (this) {
            keys.put(origin(recipe, password), derived);
        }
        return derived;
    }

    private static Origin origin(ScramClient.Recipe recipe, String password) {
        Base64.Encoder base64 = Base64.getEncoder();
        byte[] digest = ScramHash.SHA_256.hash(password.getBytes(StandardCharsets.UTF_8));
        return new Origin(
                recipe.hash(),
                base64.encodeToString(recipe.salt()),
                recipe.iterations(),
                base64.encodeToString(digest));
    }
}
