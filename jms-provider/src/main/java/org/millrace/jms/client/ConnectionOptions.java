package org.millrace.jms.client;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.millrace.jms.link.ReconnectPolicy;
import org.millrace.jms.link.TlsOptions;
import org.millrace.jms.message.DeserializationPolicy;
import org.millrace.jms.message.MessageOptions;
import org.millrace.jms.message.PropertyNaming;

/**
 * What the options of a URI say, with defaults. Immutable.
 *
 * @param clientId administered client identifier (§6.1.2); empty for none
 * @param prefetch most messages that a consumer is sent ahead; 0 for one at a time, on demand
 * @param sendWindowKib KiB of asynchronous and transacted sends that may be unanswered
 * @param requestTimeout longest wait for an answer of the broker; zero for as long as the link
 *     lives, while it is being opened again included
 * @param reconnect what happens when the link is lost: {@code reconnect} (true), {@code
 *     reconnectInitialDelayMillis} (100), {@code reconnectMaxDelayMillis} (10000), {@code
 *     reconnectAttempts} (rounds over all hosts, 0 for no limit), {@code connectAttempts} (the same
 *     for the first connect, 1)
 * @param userIds whether messages say who sent them ({@code populateUserId}, false)
 */
public record ConnectionOptions(
        String clientId,
        int prefetch,
        int sendWindowKib,
        Duration connectTimeout,
        Duration requestTimeout,
        Duration closeTimeout,
        ReconnectPolicy reconnect,
        UserIdPolicy userIds,
        MessageOptions messages) {
    /** Option with the user name for connections that name nobody. */
    public static final String USER = "user";

    /** Option with the password of {@link #USER}. */
    public static final String PASSWORD = "password";

    private static final String CLIENT_ID = "clientId";
    private static final String PREFETCH = "prefetch";
    private static final String SEND_WINDOW = "sendWindowKib";
    private static final String CONNECT_TIMEOUT = "connectTimeoutMillis";
    private static final String REQUEST_TIMEOUT = "requestTimeoutMillis";
    private static final String CLOSE_TIMEOUT = "closeTimeoutMillis";
    private static final String RECONNECT = "reconnect";
    private static final String INITIAL_DELAY = "reconnectInitialDelayMillis";
    private static final String MAX_DELAY = "reconnectMaxDelayMillis";
    private static final String RECONNECT_ATTEMPTS = "reconnectAttempts";
    private static final String CONNECT_ATTEMPTS = "connectAttempts";
    private static final String TRUSTED_PACKAGES = "trustedPackages";
    private static final String STRICT_NAMES = "strictPropertyNames";
    private static final String POPULATE_USER_ID = "populateUserId";
    private static final Set<String> KNOWN =
            Set.of(
                    CLIENT_ID,
                    PREFETCH,
                    SEND_WINDOW,
                    CONNECT_TIMEOUT,
                    REQUEST_TIMEOUT,
                    CLOSE_TIMEOUT,
                    RECONNECT,
                    INITIAL_DELAY,
                    MAX_DELAY,
                    RECONNECT_ATTEMPTS,
                    CONNECT_ATTEMPTS,
                    TRUSTED_PACKAGES,
                    STRICT_NAMES,
                    POPULATE_USER_ID,
                    USER,
                    PASSWORD);

    private static final int DEFAULT_PREFETCH = 500;
    private static final int MAX_PREFETCH = 65_536;
    private static final int DEFAULT_WINDOW_KIB = 8192;
    private static final int MAX_WINDOW_KIB = 1 << 20;
    private static final int DEFAULT_CONNECT_MILLIS = 10_000;
    private static final int DEFAULT_CLOSE_MILLIS = 15_000;
    private static final int DEFAULT_INITIAL_DELAY_MILLIS = 100;
    private static final int DEFAULT_MAX_DELAY_MILLIS = 10_000;
    private static final int DAY_MILLIS = 86_400_000;

    /**
     * @throws IllegalArgumentException naming the option that is unknown or out of range
     */
    public static ConnectionOptions of(Map<String, String> options) {
        for (String name : options.keySet()) {
            if (!KNOWN.contains(name) && !TlsOptions.NAMES.contains(name)) {
                Set<String> known = new TreeSet<>(KNOWN);
                known.addAll(TlsOptions.NAMES);
                throw new IllegalArgumentException(
                        "unknown option '%s', there are %s".formatted(name, known));
            }
        }
        return new ConnectionOptions(
                options.getOrDefault(CLIENT_ID, ""),
                number(options, PREFETCH, DEFAULT_PREFETCH, new Range(0, MAX_PREFETCH)),
                number(options, SEND_WINDOW, DEFAULT_WINDOW_KIB, new Range(1, MAX_WINDOW_KIB)),
                millis(options, CONNECT_TIMEOUT, DEFAULT_CONNECT_MILLIS, 1),
                millis(options, REQUEST_TIMEOUT, 0, 0),
                millis(options, CLOSE_TIMEOUT, DEFAULT_CLOSE_MILLIS, 1),
                reconnect(options),
                flag(options, POPULATE_USER_ID, "false")
                        ? UserIdPolicy.POPULATED
                        : UserIdPolicy.LEFT_OUT,
                messages(options));
    }

    private static ReconnectPolicy reconnect(Map<String, String> options) {
        Range rounds = new Range(ReconnectPolicy.ENDLESS, Integer.MAX_VALUE);
        boolean maxIsGiven = options.containsKey(MAX_DELAY);
        Duration initial = millis(options, INITIAL_DELAY, DEFAULT_INITIAL_DELAY_MILLIS, 1);
        Duration max = millis(options, MAX_DELAY, DEFAULT_MAX_DELAY_MILLIS, 1);
        // Whoever gives one of them alone need not think of the other.
        if (initial.compareTo(max) > 0 && !(maxIsGiven && options.containsKey(INITIAL_DELAY))) {
            initial = maxIsGiven ? max : initial;
            max = initial;
        }
        return new ReconnectPolicy(
                number(options, CONNECT_ATTEMPTS, 1, rounds),
                flag(options, RECONNECT, "true")
                        ? ReconnectPolicy.LostLink.OPEN_AGAIN
                        : ReconnectPolicy.LostLink.GIVE_UP,
                number(options, RECONNECT_ATTEMPTS, ReconnectPolicy.ENDLESS, rounds),
                initial,
                max);
    }

    private static boolean flag(Map<String, String> options, String name, String unlessGiven) {
        String text = options.getOrDefault(name, unlessGiven);
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException(
                    "option %s is '%s', allowed are true and false".formatted(name, text));
        }
        return text.equals("true");
    }

    private record Range(int least, int most) {}

    private static Duration millis(
            Map<String, String> options, String name, int unlessGiven, int least) {
        return Duration.ofMillis(number(options, name, unlessGiven, new Range(least, DAY_MILLIS)));
    }

    private static int number(
            Map<String, String> options, String name, int unlessGiven, Range allowed) {
        String text = options.get(name);
        if (text == null) {
            return unlessGiven;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= allowed.least && value <= allowed.most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            throw outside(name, text, allowed, notANumber);
        }
        throw outside(name, text, allowed, null);
    }

    private static IllegalArgumentException outside(
            String name, String text, Range allowed, NumberFormatException cause) {
        return new IllegalArgumentException(
                "option %s is '%s', allowed are %d to %d"
                        .formatted(name, text, allowed.least, allowed.most),
                cause);
    }

    private static MessageOptions messages(Map<String, String> options) {
        return new MessageOptions(
                flag(options, STRICT_NAMES, "true")
                        ? PropertyNaming.STRICT
                        : PropertyNaming.RELAXED,
                DeserializationPolicy.trusting(options.getOrDefault(TRUSTED_PACKAGES, ""))
                        .andSystemProperty());
    }

    /** The same with another administered client identifier. */
    public ConnectionOptions withClientId(String id) {
        return new ConnectionOptions(
                id,
                prefetch,
                sendWindowKib,
                connectTimeout,
                requestTimeout,
                closeTimeout,
                reconnect,
                userIds,
                messages);
    }
}
