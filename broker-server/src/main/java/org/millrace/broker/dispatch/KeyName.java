package org.millrace.broker.dispatch;

import java.util.Arrays;
import org.millrace.wire.record.Record;

/**
 * The bytes of a key, hashed once. One that is read again and again finds others in a map without
 * making an object for each record. Confined to the loop of its destination.
 */
final class KeyName implements Comparable<KeyName> {
    private static final int FIRST_CAPACITY = 64;

    private byte[] bytes;
    private int length;
    private int hash;

    /** An empty one, to be {@link #read} into. */
    KeyName() {
        this.bytes = new byte[FIRST_CAPACITY];
    }

    private KeyName(byte[] bytes, int hash) {
        this.bytes = bytes;
        this.length = bytes.length;
        this.hash = hash;
    }

    /** Becomes the key of the record, which has one. Not when it is in a map. */
    void read(Record record) {
        length = record.keyBytes();
        if (length > bytes.length) {
            bytes = new byte[Math.max(length, bytes.length * 2)];
        }
        record.copyKeyTo(bytes);
        hash = hashOf(bytes, length);
    }

    KeyName copy() {
        return new KeyName(Arrays.copyOf(bytes, length), hash);
    }

    private static int hashOf(byte[] bytes, int length) {
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + bytes[i];
        }
        return hash;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyName name
                && hash == name.hash
                && Arrays.equals(bytes, 0, length, name.bytes, 0, name.length);
    }

    /** So that a map finds its way where many have the same hash. */
    @Override
    public int compareTo(KeyName other) {
        return Arrays.compare(bytes, 0, length, other.bytes, 0, other.length);
    }
}
