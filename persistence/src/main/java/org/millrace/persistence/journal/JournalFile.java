package org.millrace.persistence.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;

/**
 * One file of the journal: a page of header, then frames up to its size, which never changes.
 * Written by the journal thread; its header by whoever prepares it, before it gets its name.
 *
 * <pre>
 *  0 magic "MILLJRNL" | 8 version i32 = 1 | 12 crc u32 (CRC-32C of 16 to 24) | 16 number i64
 * </pre>
 */
final class JournalFile implements AutoCloseable {
    static final int HEADER_BYTES = 4096;
    static final String DIRECTORY = "journal";
    static final String SUFFIX = ".journal";
    private static final long MAGIC = 0x4d494c4c4a524e4cL;
    private static final int VERSION = 1;
    private static final int HEADER_USED_BYTES = 24;

    private final long number;
    private final StorageFile file;
    private final long sizeBytes;

    JournalFile(long number, StorageFile file) {
        this.number = number;
        this.file = file;
        this.sizeBytes = file.size();
    }

    static String nameOf(long number) {
        return "%s/%020d%s".formatted(DIRECTORY, number, SUFFIX);
    }

    /** Writes the header that makes a prepared file the one of this number; not forced. */
    static void writeHeader(StorageFile file, long number) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_USED_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(number).flip();
        header.putInt(12, checksum(header));
        file.write(header, 0);
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.slice(16, 8));
        return (int) crc.getValue();
    }

    /**
     * Opens the file that has this number by its name, and checks that its header agrees.
     *
     * @throws StorageException when it does not
     */
    static JournalFile open(StorageIo io, long number) {
        StorageFile file = io.open(nameOf(number));
        ByteBuffer header = ByteBuffer.allocate(HEADER_USED_BYTES);
        int count = file.read(header, 0);
        String found = faultOf(header, count, number);
        if (!found.isEmpty()) {
            file.close();
            throw new StorageException(
                    "journal file %s/%s, position 0: expected the header of journal file %d in version %d, found %s; broker not started; restore the file from a copy"
                            .formatted(io.location(), nameOf(number), number, VERSION, found));
        }
        return new JournalFile(number, file);
    }

    private static String faultOf(ByteBuffer header, int count, long number) {
        if (count < HEADER_USED_BYTES) {
            return "only %d bytes".formatted(count);
        }
        if (header.getLong(0) != MAGIC) {
            return "magic 0x%016x".formatted(header.getLong(0));
        }
        if (header.getInt(8) != VERSION) {
            return "version %d".formatted(header.getInt(8));
        }
        if (header.getInt(12) != checksum(header)) {
            return "checksum 0x%08x instead of 0x%08x"
                    .formatted(header.getInt(12), checksum(header));
        }
        return header.getLong(16) == number ? "" : "number %d".formatted(header.getLong(16));
    }

    long number() {
        return number;
    }

    String name() {
        return file.name();
    }

    long sizeBytes() {
        return sizeBytes;
    }

    int read(ByteBuffer target, long offset) {
        return file.read(target, offset);
    }

    void write(ByteBuffer frame, long offset) {
        file.write(frame, offset);
    }

    /** Data only: the size does not change, so nothing else has to reach the device. */
    void force() {
        file.force(StorageIo.Force.DATA);
    }

    @Override
    public void close() {
        file.close();
    }
}
