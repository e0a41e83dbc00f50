package org.millrace.broker.settings;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.millrace.wire.admin.ConfigEntry;
import org.millrace.wire.link.TlsFiles;

/**
 * The settings of a standalone broker: a file in {@code .properties} form, overridden by the
 * environment. Immutable.
 */
public final class BrokerConfig {
    public static final ConfigKey<String> NAME =
            new ConfigKey<>(
                    "name",
                    "millrace",
                    text -> text,
                    name -> name.matches("[\\w.-]{1,64}"),
                    "1 to 64 letters, digits, '_', '.', '-'",
                    "Told to clients and written to logs.");
    public static final ConfigKey<String> HOST =
            new ConfigKey<>(
                    "host",
                    "localhost",
                    text -> text,
                    host -> !host.isBlank(),
                    "a host name or address",
                    "Address to listen on; 0.0.0.0 for all. Without users, whoever reaches it may use"
                            + " the broker.");
    public static final ConfigKey<Integer> PORT =
            new ConfigKey<>(
                    "port",
                    7272,
                    Integer::valueOf,
                    port -> 0 <= port && port <= 65_535,
                    "0 to 65535",
                    "TCP port for messaging; 0 takes a free one.");
    public static final ConfigKey<Path> DATA =
            new ConfigKey<>(
                    "data",
                    Path.of("data", "broker"),
                    Path::of,
                    path -> true,
                    "a path",
                    "Directory for everything that must survive; created when it is not there.");
    public static final ConfigKey<Optional<Path>> USERS =
            new ConfigKey<>(
                    "users",
                    Optional.empty(),
                    text -> Optional.of(Path.of(text)),
                    path -> true,
                    "a path",
                    "File that says who may connect; must be there. Unless it is named,"
                            + " users.properties in the data directory, once it is there.");
    public static final ConfigKey<AnonymousAccess> ANONYMOUS =
            new ConfigKey<>(
                    "anonymous",
                    AnonymousAccess.AUTO,
                    text -> AnonymousAccess.valueOf(text.toUpperCase(Locale.ROOT)),
                    access -> true,
                    "auto, allow or refuse",
                    "Whether a client may connect without saying who it is; auto: as long as no"
                            + " users were ever defined.");
    public static final ConfigKey<Integer> MAX_FRAME_BYTES =
            new ConfigKey<>(
                    "link.max-frame-bytes",
                    BrokerSettings.DEFAULTS.maxFrameBytes(),
                    Integer::valueOf,
                    bytes -> 64 * 1024 <= bytes && bytes <= 1 << 30,
                    "65536 to 1073741824 bytes",
                    "Largest frame that is taken; a message is a little smaller.");
    public static final ConfigKey<Duration> IDLE_TIMEOUT =
            new ConfigKey<>(
                    "link.idle-timeout",
                    BrokerSettings.DEFAULTS.idleTimeout(),
                    Duration::parse,
                    timeout -> timeout.toMillis() >= 1_000 && timeout.toDays() < 1,
                    "PT1S to P1D",
                    "A link that says nothing for so long is closed.");
    public static final ConfigKey<Duration> RESUME_GRACE =
            new ConfigKey<>(
                    "connection.resume-grace",
                    BrokerSettings.DEFAULTS.resumeGrace(),
                    Duration::parse,
                    grace -> !grace.isNegative() && grace.toDays() < 1,
                    "PT0S to P1D",
                    "How long a connection whose link was lost keeps its client id, temporary"
                            + " destinations and non-durable subscriptions for its client to come"
                            + " back.");
    public static final ConfigKey<Long> MAX_TRANSACTION_BYTES =
            new ConfigKey<>(
                    "transaction.max-bytes",
                    BrokerSettings.DEFAULTS.maxTransactionBytes(),
                    Long::valueOf,
                    bytes -> bytes >= 1024,
                    "at least 1024 bytes",
                    "Sends that one transaction may hold back; more are refused.");

    /** All of them, in the order of the documentation. */
    public static final List<ConfigKey<?>> KEYS =
            Stream.concat(
                            Stream.of(
                                    NAME,
                                    HOST,
                                    PORT,
                                    DATA,
                                    USERS,
                                    ANONYMOUS,
                                    MAX_FRAME_BYTES,
                                    IDLE_TIMEOUT,
                                    RESUME_GRACE,
                                    MAX_TRANSACTION_BYTES),
                            TlsKeys.KEYS.stream())
                    .toList();

    /** What nobody gave. */
    public static final BrokerConfig DEFAULTS = load(null, Map.of());

    private final Map<ConfigKey<?>, Object> values;
    private final Map<ConfigKey<?>, String> origins;
    private final String source;
    private final DestinationDefaults destinations;

    private BrokerConfig(
            Map<ConfigKey<?>, Object> values,
            Map<ConfigKey<?>, String> origins,
            String source,
            DestinationDefaults destinations) {
        this.values = values;
        this.origins = origins;
        this.source = source;
        this.destinations = destinations;
    }

    /**
     * Reads the file, or only the environment when {@code file} is null. Keys of the form {@code
     * destination.<pattern>.<key>} are {@link DestinationDefaults}; only the file has them.
     *
     * @throws InvalidConfigException when the file cannot be read, has an unknown key or a value
     *     that is not allowed
     */
    public static BrokerConfig load(Path file, Map<String, String> environment) {
        return of(file == null ? new Properties() : read(file), String.valueOf(file), environment);
    }

    /**
     * The same from memory, without an environment.
     *
     * @param origin for messages: whose settings they are
     * @throws InvalidConfigException for an unknown key and a value that is not allowed
     */
    public static BrokerConfig of(Map<String, String> settings, String origin) {
        Properties properties = new Properties();
        properties.putAll(settings);
        return of(properties, origin, Map.of());
    }

    private static BrokerConfig of(
            Properties properties, String origin, Map<String, String> environment) {
        checkKnown(origin, properties);
        Map<ConfigKey<?>, Object> values = new HashMap<>();
        Map<ConfigKey<?>, String> origins = new HashMap<>();
        for (ConfigKey<?> key : KEYS) {
            String inEnvironment = environment.get(key.environmentName());
            String inFile = properties.getProperty(key.name());
            if (inEnvironment != null) {
                origins.put(key, "environment " + key.environmentName());
                values.put(key, key.read(inEnvironment, origins.get(key)));
            } else if (inFile != null) {
                origins.put(key, origin);
                values.put(key, key.read(inFile, origin));
            }
        }
        return new BrokerConfig(values, origins, origin, destinations(origin, properties));
    }

    private static Properties read(Path file) {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IOException | IllegalArgumentException unreadable) {
            throw new InvalidConfigException(
                    "configuration file %s cannot be read: %s; broker not started"
                            .formatted(file, unreadable));
        }
        return properties;
    }

    private static DestinationDefaults destinations(String origin, Properties properties) {
        List<DestinationDefaults.Rule> rules = new ArrayList<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(DestinationDefaults.PREFIX)) {
                try {
                    rules.add(DestinationDefaults.Rule.of(key, properties.getProperty(key)));
                } catch (IllegalArgumentException wrong) {
                    throw new InvalidConfigException(
                            "%s: %s; broker not started".formatted(origin, wrong.getMessage()));
                }
            }
        }
        return new DestinationDefaults(rules);
    }

    private static void checkKnown(String origin, Properties properties) {
        TreeSet<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        KEYS.forEach(key -> unknown.remove(key.name()));
        unknown.removeIf(key -> key.startsWith(DestinationDefaults.PREFIX));
        if (!unknown.isEmpty()) {
            throw new InvalidConfigException(
                    "%s: unknown keys %s; known are %s; broker not started"
                            .formatted(
                                    origin, unknown, KEYS.stream().map(ConfigKey::name).toList()));
        }
    }

    @SuppressWarnings("unchecked")
    public <T> T get(ConfigKey<T> key) {
        return (T) values.getOrDefault(key, key.defaultValue());
    }

    /** What the port is encrypted with; empty for one that is not. */
    public Optional<TlsFiles> tls() {
        return TlsKeys.files(this);
    }

    /** Whether it was given, and not left to its default. */
    public boolean has(ConfigKey<?> key) {
        return values.containsKey(key);
    }

    /**
     * All keys and the patterns of destinations as they are shown to administrators.
     *
     * @param effective what holds where a command line or program said something, too
     */
    public List<ConfigEntry> entries(Map<ConfigKey<?>, Object> effective) {
        List<ConfigEntry> entries = new ArrayList<>();
        for (ConfigKey<?> key : KEYS) {
            Object configured = get(key);
            Object value = effective.getOrDefault(key, configured);
            String origin =
                    value.equals(configured)
                            ? origins.getOrDefault(key, "default")
                            : value.equals(key.defaultValue())
                                    ? "default"
                                    : "command line or program";
            entries.add(
                    new ConfigEntry(
                            key.name(),
                            text(value),
                            origin,
                            text(key.defaultValue()),
                            key.range(),
                            key.doc()));
        }
        for (DestinationDefaults.Rule rule : destinations.rules()) {
            entries.add(
                    new ConfigEntry(
                            DestinationDefaults.PREFIX + rule.pattern() + "." + rule.key(),
                            rule.value(),
                            source,
                            "",
                            "see the settings of destinations",
                            "For destinations whose name the pattern fits."));
        }
        return entries;
    }

    private static String text(Object value) {
        return value instanceof Optional<?> optional
                ? optional.map(Object::toString).orElse("")
                : value instanceof Enum<?> constant
                        ? constant.name().toLowerCase(Locale.ROOT)
                        : value.toString();
    }

    public BrokerSettings settings() {
        BrokerSettings defaults = BrokerSettings.DEFAULTS;
        return new BrokerSettings(
                get(NAME),
                get(MAX_FRAME_BYTES),
                get(IDLE_TIMEOUT),
                defaults.handshakeTimeout(),
                defaults.maxOutstandingBytes(),
                get(MAX_TRANSACTION_BYTES),
                defaults.maxUnsettled(),
                defaults.maxDestinations(),
                get(RESUME_GRACE),
                defaults.takeoverDelay(),
                defaults.horizonStep(),
                destinations);
    }
}
