package org.millrace.persistence.simulation;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Bytes of one file, as written and as forced. Guarded by the disk that owns it. */
final class FaultyFile {
    static final int SECTOR_BYTES = 512;

    private static final byte[] EMPTY = new byte[0];

    /** An unforced change: bytes at a position, or a new size. */
    private sealed interface Unforced {
        record Write(long position, byte[] bytes) implements Unforced {}

        record Resize(int size) implements Unforced {}
    }

    private byte[] written = EMPTY;
    private int size;
    private byte[] forced = EMPTY;
    private final List<Unforced> unforced = new ArrayList<>();

    int size() {
        return size;
    }

    int read(ByteBuffer target, long position) {
        int count = (int) Math.max(0, Math.min(target.remaining(), size - position));
        target.put(written, (int) Math.min(position, size), count);
        return count;
    }

    void write(ByteBuffer source, long position) {
        byte[] bytes = new byte[source.remaining()];
        source.get(bytes);
        int end = Math.toIntExact(position + bytes.length);
        if (end > size) {
            resizeTo(end);
        }
        System.arraycopy(bytes, 0, written, (int) position, bytes.length);
        unforced.add(new Unforced.Write(position, bytes));
    }

    /** Cuts, or grows with zeros. */
    void resize(long newSize) {
        resizeTo(Math.toIntExact(newSize));
        unforced.add(new Unforced.Resize(size));
    }

    private void resizeTo(int newSize) {
        if (newSize > written.length) {
            written = Arrays.copyOf(written, Math.max(newSize, 2 * written.length));
        } else if (newSize < size) {
            Arrays.fill(written, newSize, size, (byte) 0);
        }
        size = newSize;
    }

    void force() {
        for (Unforced change : unforced) {
            if (change instanceof Unforced.Write write) {
                keep((int) write.position(), write.bytes(), 0, write.bytes().length);
            } else if (change instanceof Unforced.Resize resize) {
                forced = Arrays.copyOf(forced, resize.size());
            }
        }
        unforced.clear();
    }

    private void keep(int position, byte[] bytes, int from, int to) {
        if (position + to > forced.length) {
            forced = Arrays.copyOf(forced, position + to);
        }
        System.arraycopy(bytes, from, forced, position + from, to - from);
    }

    void crash(RandomGenerator chance) {
        for (Unforced change : unforced) {
            int fate = chance.nextInt(3);
            if (change instanceof Unforced.Resize resize) {
                if (fate == 0) {
                    forced = Arrays.copyOf(forced, resize.size());
                }
            } else if (change instanceof Unforced.Write write) {
                switch (fate) {
                    case 0 -> keep((int) write.position(), write.bytes(), 0, write.bytes().length);
                    case 1 -> tear(write, chance);
                    default -> {
                        // Dropped: the forced bytes stay as they are.
                    }
                }
            }
        }
        unforced.clear();
        written = forced.clone();
        size = forced.length;
    }

    private void tear(Unforced.Write write, RandomGenerator chance) {
        int position = (int) write.position();
        int from = 0;
        while (from < write.bytes().length) {
            int nextSector = ((position + from) / SECTOR_BYTES + 1) * SECTOR_BYTES;
            int to = Math.min(write.bytes().length, nextSector - position);
            if (chance.nextBoolean()) {
                keep(position, write.bytes(), from, to);
            }
            from = to;
        }
    }
}
