package org.millrace.jms.message;

import java.io.ObjectInputFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which classes {@code ObjectMessage.getObject()} may make: an allow-list (JEP 290). Immutable.
 *
 * <p>Always allowed are harmless classes of the JDK: {@code String}, wrappers, {@code BigInteger}
 * and {@code BigDecimal}, {@code java.time}, enumerations' base class, the usual collections,
 * {@code Date}, {@code Calendar}, {@code Locale}, {@code Currency}, {@code UUID}, {@code URI},
 * {@code java.sql} dates, and arrays of allowed types. Everything else must be named: by the option
 * {@code trustedPackages} of the connection factory, or by the system property {@value
 * #SYSTEM_PROPERTY}.
 *
 * <p>Each entry is the name of a package (which includes the packages below it) or of a class
 * (which includes its nested classes); a trailing {@code .*} is ignored. The entry {@code *} allows
 * everything, which makes any class on the class path a door for whoever may send a message.
 */
public final class DeserializationPolicy {
    /** Comma-separated entries that are trusted by all connections of this JVM. */
    public static final String SYSTEM_PROPERTY = "org.millrace.jms.trustedPackages";

    /** Nesting of objects in one body; deeper graphs are refused before they exhaust the stack. */
    static final int MAX_DEPTH = 250;

    private static final String EVERYTHING = "*";

    private static final Set<String> HARMLESS_CLASSES =
            Set.of(
                    "java.lang.Boolean",
                    "java.lang.Byte",
                    "java.lang.Character",
                    "java.lang.Double",
                    "java.lang.Enum",
                    "java.lang.Float",
                    "java.lang.Integer",
                    "java.lang.Long",
                    "java.lang.Number",
                    "java.lang.Object",
                    "java.lang.Short",
                    "java.lang.String",
                    "java.math.BigDecimal",
                    "java.math.BigInteger",
                    "java.math.MathContext",
                    "java.math.RoundingMode",
                    "java.net.URI",
                    "java.sql.Date",
                    "java.sql.Time",
                    "java.sql.Timestamp",
                    "java.util.AbstractMap",
                    "java.util.ArrayDeque",
                    "java.util.ArrayList",
                    "java.util.Arrays",
                    "java.util.BitSet",
                    "java.util.Calendar",
                    "java.util.CollSer",
                    "java.util.Collection",
                    "java.util.Collections",
                    "java.util.Currency",
                    "java.util.Date",
                    "java.util.EnumMap",
                    "java.util.EnumSet",
                    "java.util.GregorianCalendar",
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.ImmutableCollections",
                    "java.util.JumboEnumSet",
                    "java.util.LinkedHashMap",
                    "java.util.LinkedHashSet",
                    "java.util.LinkedList",
                    "java.util.List",
                    "java.util.Locale",
                    "java.util.Map",
                    "java.util.PriorityQueue",
                    "java.util.Properties",
                    "java.util.RegularEnumSet",
                    "java.util.Set",
                    "java.util.SimpleTimeZone",
                    "java.util.Stack",
                    "java.util.TimeZone",
                    "java.util.TreeMap",
                    "java.util.TreeSet",
                    "java.util.UUID",
                    "java.util.Vector",
                    "java.util.concurrent.ConcurrentHashMap",
                    "java.util.concurrent.CopyOnWriteArrayList",
                    "java.util.concurrent.CopyOnWriteArraySet",
                    "java.util.concurrent.atomic.AtomicBoolean",
                    "java.util.concurrent.atomic.AtomicInteger",
                    "java.util.concurrent.atomic.AtomicLong",
                    "java.util.concurrent.locks.AbstractOwnableSynchronizer",
                    "java.util.concurrent.locks.AbstractQueuedSynchronizer",
                    "java.util.concurrent.locks.ReentrantLock",
                    "sun.util.calendar.ZoneInfo");
    private static final String HARMLESS_PACKAGE = "java.time.";

    /** Only the harmless classes. */
    public static final DeserializationPolicy HARMLESS_ONLY = new DeserializationPolicy(List.of());

    private final List<String> trusted;

    private DeserializationPolicy(List<String> trusted) {
        this.trusted = trusted;
    }

    /** The harmless classes and these comma-separated entries; spaces around them are ignored. */
    public static DeserializationPolicy trusting(String entries) {
        return HARMLESS_ONLY.and(entries);
    }

    /** This policy, and what the system property adds now. */
    public DeserializationPolicy andSystemProperty() {
        return and(System.getProperty(SYSTEM_PROPERTY, ""));
    }

    private DeserializationPolicy and(String entries) {
        Stream<String> added =
                Arrays.stream(entries.split(","))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .map(DeserializationPolicy::withoutWildcard);
        List<String> all = Stream.concat(trusted.stream(), added).distinct().toList();
        return all.isEmpty() ? HARMLESS_ONLY : new DeserializationPolicy(all);
    }

    private static String withoutWildcard(String entry) {
        return entry.endsWith(".*") ? entry.substring(0, entry.length() - 2) : entry;
    }

    /** Whether objects of this class may be made; for arrays their innermost element counts. */
    public boolean allows(Class<?> type) {
        Class<?> element = type;
        while (element.isArray()) {
            element = element.getComponentType();
        }
        return element.isPrimitive()
                || isHarmless(element.getName())
                || isTrusted(element.getName());
    }

    private static boolean isHarmless(String className) {
        int nested = className.indexOf('$');
        return className.startsWith(HARMLESS_PACKAGE)
                || HARMLESS_CLASSES.contains(
                        nested < 0 ? className : className.substring(0, nested));
    }

    private boolean isTrusted(String className) {
        for (String entry : trusted) {
            if (entry.equals(EVERYTHING)
                    || className.equals(entry)
                    || className.startsWith(entry + ".")
                    || className.startsWith(entry + "$")) {
                return true;
            }
        }
        return false;
    }

    /** The policy as a filter for one body, which remembers what it refused. */
    Guard guard(int bodyBytes) {
        return new Guard(bodyBytes);
    }

    @Override
    public String toString() {
        return "harmless JDK classes and " + trusted;
    }

    /** Filter of one deserialisation. Confined to the thread that deserialises. */
    final class Guard implements ObjectInputFilter {
        private final int bodyBytes;
        private String refusal = "";

        private Guard(int bodyBytes) {
            this.bodyBytes = bodyBytes;
        }

        /** Why the body was refused; empty when it was not. */
        String refusal() {
            return refusal;
        }

        @Override
        public Status checkInput(FilterInfo info) {
            // Every element takes at least a byte, so a longer array is a lie that costs memory.
            if (info.arrayLength() > bodyBytes) {
                return refuse("an array of %d elements".formatted(info.arrayLength()));
            }
            if (info.depth() > MAX_DEPTH) {
                return refuse("objects nested more than %d deep".formatted(MAX_DEPTH));
            }
            Class<?> type = info.serialClass();
            if (type != null && !allows(type)) {
                return refuse(
                        "class %s, which is not trusted; the connection factory's option"
                                        .formatted(type.getName())
                                + " trustedPackages or the system property "
                                + SYSTEM_PROPERTY
                                + " can allow it");
            }
            return type == null ? Status.UNDECIDED : Status.ALLOWED;
        }

        private Status refuse(String what) {
            refusal = what;
            return Status.REJECTED;
        }
    }
}
