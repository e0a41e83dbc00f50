package org.millrace.persistence.compaction;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.millrace.foundation.Check;

/**
 * The newest offset of each of a bounded number of keys, 32 bytes for a key however long it is: a
 * key is known by 128 bits of its SHA-256, which no two keys ever share. Grows with what is in it.
 * Confined to its caller.
 */
final class KeyOffsets {
    /** Of a key that is not in it. */
    static final long NO_OFFSET = -1;

    private static final int FIRST_SLOTS = 1024;
    private static final int WORDS = 3;

    private final MessageDigest digest;
    private final int maxKeys;

    /** Slots of three: two of the key, then its offset + 1; 0 means that the slot is free. */
    private long[] slots = new long[FIRST_SLOTS * WORDS];

    private int count;

    /** {@code maxKeys} at least 1. */
    KeyOffsets(int maxKeys) {
        Check.argument(maxKeys > 0, "room for %d keys", maxKeys);
        this.maxKeys = maxKeys;
        try {
            this.digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** Offsets of a key ascend. False when the key is new and there is no room. */
    boolean put(ByteBuffer key, long offset) {
        ByteBuffer hash = hash(key);
        long high = hash.getLong();
        long low = hash.getLong();
        int slot = slot(slots, high, low);
        if (slots[slot + 2] == 0) {
            if (count == maxKeys) {
                return false;
            }
            count++;
            slots[slot] = high;
            slots[slot + 1] = low;
        }
        slots[slot + 2] = offset + 1;
        if (count * 4L * WORDS > slots.length * 3L) {
            grow();
        }
        return true;
    }

    /** {@link #NO_OFFSET} when the key is not in it. */
    long newest(ByteBuffer key) {
        ByteBuffer hash = hash(key);
        return slots[slot(slots, hash.getLong(), hash.getLong()) + 2] - 1;
    }

    private ByteBuffer hash(ByteBuffer key) {
        digest.update(key.duplicate());
        return ByteBuffer.wrap(digest.digest());
    }

    /** Where the key is, or the free slot where it belongs. */
    private static int slot(long[] slots, long high, long low) {
        int length = slots.length / WORDS;
        int at = (int) (low & (length - 1));
        while (slots[at * WORDS + 2] != 0
                && (slots[at * WORDS] != high || slots[at * WORDS + 1] != low)) {
            at = (at + 1) & (length - 1);
        }
        return at * WORDS;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (int from = 0; from < slots.length; from += WORDS) {
            if (slots[from + 2] != 0) {
                int to = slot(larger, slots[from], slots[from + 1]);
                System.arraycopy(slots, from, larger, to, WORDS);
            }
        }
        slots = larger;
    }
}
