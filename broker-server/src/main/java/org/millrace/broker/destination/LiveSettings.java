package org.millrace.broker.destination;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.persistence.DestinationRow;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;

/**
 * The settings that hold for one destination now: its own from the catalog, before those by the
 * pattern of its name. Everybody who acts by a setting asks here each time. Confined to the loop of
 * the destination.
 */
final class LiveSettings {
    private final Address address;
    private final DestinationDefaults defaults;
    private DestinationRow row;
    private DestinationSettings current;

    LiveSettings(DestinationRow row, Address address, DestinationDefaults defaults) {
        this.address = address;
        this.defaults = address.kind().isTemporary() ? DestinationDefaults.NONE : defaults;
        replace(row);
    }

    DestinationRow row() {
        return row;
    }

    DestinationSettings current() {
        return current;
    }

    /**
     * From now on the row holds; its change is the caller's to commit.
     *
     * @throws IllegalArgumentException when its settings are unreadable or contradict each other;
     *     nothing was changed
     */
    void replace(DestinationRow changed) {
        current = DestinationSettings.of(byKey(changed.settings()));
        row = changed;
    }

    private Map<String, String> byKey(Map<String, String> own) {
        Map<String, String> byKey = defaults.of(address.name());
        byKey.putAll(own);
        return byKey;
    }

    /**
     * The row with some settings changed; without value a setting is as the pattern of the name
     * says, or by default.
     *
     * @throws RefusedException when a setting is unknown, or they are not possible together
     */
    DestinationRow altered(Map<String, Optional<String>> changes) {
        try {
            if (address.kind().isTemporary()) {
                throw new IllegalArgumentException("a temporary destination keeps its settings");
            }
            if (changes.isEmpty()) {
                throw new IllegalArgumentException("no setting was given");
            }
            Map<String, String> own = new HashMap<>(row.settings());
            FormerOptions former = FormerOptions.of(row);
            for (Map.Entry<String, Optional<String>> change : changes.entrySet()) {
                String key = change.getKey();
                Optional<String> now = value(DestinationSettings.known(key));
                former = now.isEmpty() ? former : former.with(key, now.get());
                own.remove(key);
                change.getValue().ifPresent(text -> own.put(key, text));
            }
            DestinationSettings.of(byKey(own));
            return with(former.in(own));
        } catch (IllegalArgumentException wrong) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "%s: %s; nothing was changed",
                    address,
                    wrong.getMessage());
        }
    }

    /** The row with these settings of its own. */
    DestinationRow with(Map<String, String> own) {
        return new DestinationRow(row.id(), row.kind(), row.name(), row.partitions(), own);
    }

    /** What holds, as a user would write it; empty for nothing. */
    private Optional<String> value(Setting<?> setting) {
        Optional<String> given = Optional.ofNullable(byKey(row.settings()).get(setting.key()));
        return given.or(() -> current.byDefault(setting, address));
    }

    /**
     * What it was before somebody altered it, names may go on saying.
     *
     * @throws RefusedException when the destination has and had other settings
     */
    void checkAgreesWith(Map<String, String> given) {
        Map<String, String> byKey = byKey(row.settings());
        given.forEach(
                (key, value) -> {
                    Map<String, String> other = new HashMap<>(byKey);
                    other.put(key, value);
                    if (!reads(other).equals(Optional.of(current)) && !had(key, value)) {
                        throw RefusedException.of(
                                ErrorCode.INVALID_DESTINATION,
                                "%s exists with %s %s, not %s;"
                                        + " leave the option out, or alter the destination",
                                address,
                                key,
                                byKey.getOrDefault(key, "by default"),
                                value);
                    }
                });
    }

    private boolean had(String key, String value) {
        Setting<?> setting = DestinationSettings.known(key);
        Object asked = setting.in(Map.of(key, value));
        return FormerOptions.of(row).values(key).stream()
                .anyMatch(former -> setting.in(Map.of(key, former)).equals(asked));
    }

    /** What contradicts the other settings is not what the destination has. */
    private static Optional<DestinationSettings> reads(Map<String, String> byKey) {
        try {
            return Optional.of(DestinationSettings.of(byKey));
        } catch (IllegalArgumentException contradiction) {
            return Optional.empty();
        }
    }

    /** All that users may give, with where their values come from. */
    List<SettingValue> values() {
        Map<String, String> byPattern = defaults.of(address.name());
        List<SettingValue> values = new ArrayList<>();
        for (Setting<?> setting : DestinationSettings.ofUsers()) {
            String key = setting.key();
            String own = row.settings().get(key);
            SettingValue.Origin origin =
                    own != null
                            ? SettingValue.Origin.DESTINATION
                            : byPattern.containsKey(key)
                                    ? SettingValue.Origin.PATTERN
                                    : SettingValue.Origin.DEFAULT;
            values.add(new SettingValue(key, value(setting), origin, setting.meaning()));
        }
        return values;
    }
}
