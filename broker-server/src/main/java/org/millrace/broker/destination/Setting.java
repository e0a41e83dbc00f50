package org.millrace.broker.destination;

import java.util.Map;

/**
 * One setting of a destination: its key, how its text is read, what holds when it is not set. Two
 * are equal when they are the same object. Immutable; the table of all is {@link
 * DestinationSettings}.
 *
 * @param <T> of its values, which have {@code equals}
 */
final class Setting<T> {
    /** Who may set it. */
    enum Door {
        /** A name, the configuration, an alteration. */
        USERS,
        /** The broker, to remember something of the destination. */
        BROKER
    }

    /**
     * How text becomes a value.
     *
     * @param <T> of the value
     */
    interface Form<T> {
        /**
         * @throws IllegalArgumentException that says what is expected, as "a number from 1 to 10"
         */
        T read(String text);
    }

    /**
     * What holds when it is not set.
     *
     * @param text as a user would write it; empty for nothing
     * @param <T> of the value
     */
    record Default<T>(T value, String text) {}

    private final String key;
    private final Door door;
    private final T absent;
    private final String absentText;
    private final Form<T> form;
    private final String meaning;

    /**
     * @param byDefault what holds when it is not set, and as a user would write it; empty for
     *     nothing
     */
    Setting(String key, Door door, Default<T> byDefault, Form<T> form, String meaning) {
        this.key = key;
        this.door = door;
        this.absent = byDefault.value();
        this.absentText = byDefault.text();
        this.form = form;
        this.meaning = meaning;
    }

    String key() {
        return key;
    }

    Door door() {
        return door;
    }

    /** What holds when it is not set, as a user would write it; empty for nothing. */
    String absentText() {
        return absentText;
    }

    /** One sentence for users, with what holds when it is not set. */
    String meaning() {
        return meaning;
    }

    /**
     * @throws IllegalArgumentException when its text cannot be read
     */
    T in(Map<String, String> byKey) {
        String text = byKey.get(key);
        if (text == null) {
            return absent;
        }
        try {
            return form.read(text);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(
                    "setting %s of a destination is '%s', expected %s"
                            .formatted(key, text, wrong.getMessage()),
                    wrong);
        }
    }

    @Override
    public String toString() {
        return key;
    }
}
