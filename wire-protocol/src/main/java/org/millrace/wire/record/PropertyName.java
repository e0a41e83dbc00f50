package org.millrace.wire.record;

/** Name of a property, made ready for looking it up in many records. Immutable. */
public final class PropertyName {
    private final String name;
    private final byte[] utf8;

    public PropertyName(String name) {
        this.name = name;
        this.utf8 = Utf8.encode(name);
    }

    byte[] utf8() {
        return utf8;
    }

    @Override
    public String toString() {
        return name;
    }
}
