package org.millrace.persistence.journal;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.millrace.foundation.Check;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One append-only stream of rounds in files of fixed size, preallocated and recycled, so that a
 * force moves data only.
 *
 * <p>Threads: {@link #open} and {@link #close} when nothing else runs; {@link #append}, {@link
 * #force} and {@link #position} on the journal loop; {@link #prepareNext} and {@link
 * #recycleBefore} on the flusher loop. The two loops meet only in the list of files.
 *
 * <p>Failure: exceptions of {@link StorageIo}. A failed append or force leaves the journal
 * unusable; its owner stops. A failed {@link #prepareNext} changed nothing.
 */
public final class Journal implements AutoCloseable {
    /** Smallest size of a file: its header and a few rounds. */
    public static final int MIN_FILE_BYTES = 2 * JournalFile.HEADER_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final String SPARE_SUFFIX = ".spare";
    private static final String NEW_FILE = JournalFile.DIRECTORY + "/new.tmp";
    private static final int MAX_SPARES = 2;

    private final StorageIo io;
    private final long fileBytes;

    /** Held while the next file is made, which may take long; taken before {@link #files}. */
    private final Object preparing = new Object();

    /** Guards the lists of files. */
    private final Object files = new Object();

    private final Deque<JournalFile> written = new ArrayDeque<>();
    private final Deque<JournalFile> prepared = new ArrayDeque<>();
    private final Deque<String> spares = new ArrayDeque<>();

    private volatile boolean nextPrepared;
    private JournalFile active;
    private long offset;
    private long last;

    /**
     * @param fileBytes size of each file; a round that is larger gets a file of its own
     */
    public Journal(StorageIo io, long fileBytes) {
        Check.argument(
                fileBytes >= MIN_FILE_BYTES, "journal files of %d bytes are too small", fileBytes);
        this.io = io;
        this.fileBytes = fileBytes;
    }

    /**
     * What {@link #open} found.
     *
     * @param rounds rounds read
     * @param files files that hold them
     */
    public record Opened(long rounds, int files) {}

    /**
     * Reads every round from {@code from} on, judges what is broken, and makes the journal ready
     * for the next round.
     *
     * @param from a {@link #position} of before; 0 reads all
     * @param visitor is given the body of each round, in order; the buffer is valid during the call
     * @throws StorageException on corruption, or when a file is missing
     */
    public Opened open(long from, Consumer<ByteBuffer> visitor) {
        List<Long> numbers = sortOutFiles(from);
        List<JournalFile> found = new ArrayList<>();
        for (long number : numbers) {
            found.add(JournalFile.open(io, number));
        }
        if (found.isEmpty()) {
            found.add(prepare(1));
        }
        JournalScan.End end = new JournalScan(io.location(), found, from, visitor).run();
        active = found.get(end.file());
        offset = end.offset();
        last = end.last();
        written.addAll(found.subList(0, end.file() + 1));
        prepared.addAll(found.subList(end.file() + 1, found.size()));
        // After a kill, names and the last round may be read back and yet not be on the device.
        // They are about to be taken for durable, and later forces may go elsewhere.
        active.force();
        io.forceDirectory(JournalFile.DIRECTORY);
        nextPrepared = !prepared.isEmpty();
        return new Opened(end.frames(), written.size());
    }

    /** Numbers of the files to read, after putting aside what lies before the checkpoint. */
    private List<Long> sortOutFiles(long from) {
        List<Long> numbers = new ArrayList<>();
        long firstNumber = JournalPosition.fileOf(from);
        for (String name : io.list(JournalFile.DIRECTORY)) {
            String path = JournalFile.DIRECTORY + "/" + name;
            if (name.endsWith(JournalFile.SUFFIX)) {
                long number = numberOf(name);
                if (number >= firstNumber) {
                    numbers.add(number);
                } else {
                    putAside(path, number);
                }
            } else if (name.endsWith(SPARE_SUFFIX) && io.size(path) == fileBytes) {
                spares.add(path);
            } else {
                io.delete(path);
            }
        }
        checkContiguous(numbers, firstNumber);
        return numbers;
    }

    private long numberOf(String name) {
        String digits = name.substring(0, name.length() - JournalFile.SUFFIX.length());
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException foreign) {
            throw new StorageException(
                    "directory %s/%s holds %s, expected files named by their number; broker not started; move it away"
                            .formatted(io.location(), JournalFile.DIRECTORY, name),
                    foreign);
        }
    }

    private void checkContiguous(List<Long> numbers, long firstNumber) {
        long expected = firstNumber == 0 ? 1 : firstNumber;
        boolean started = firstNumber != 0 || !numbers.isEmpty();
        for (long number : numbers) {
            if (number != expected) {
                throw missing(expected, "found " + JournalFile.nameOf(number) + " instead");
            }
            expected++;
        }
        if (started && numbers.isEmpty()) {
            throw missing(expected, "found none from there on");
        }
    }

    private StorageException missing(long number, String found) {
        return new StorageException(
                "journal file %s/%s is missing, the last checkpoint needs it (%s); broker not started, nothing was changed; restore the file from a copy"
                        .formatted(io.location(), JournalFile.nameOf(number), found));
    }

    /** Address of the next round. */
    public long position() {
        return JournalPosition.of(active.number(), offset);
    }

    /** What its files take, those ready for later included. Any thread. */
    public long sizeBytes() {
        synchronized (files) {
            long bytes = spares.size() * fileBytes;
            for (JournalFile file : written) {
                bytes += file.sizeBytes();
            }
            for (JournalFile file : prepared) {
                bytes += file.sizeBytes();
            }
            return bytes;
        }
    }

    /** Whether the next file is ready, so that any round finds room. */
    public boolean isNextPrepared() {
        return nextPrepared;
    }

    /** Bytes left in the active file. */
    public long bytesLeft() {
        return active.sizeBytes() - offset;
    }

    /**
     * Writes one round; durable after {@link #force}. Returns its bytes. Moves on to the next file
     * when it does not fit.
     */
    public int append(RoundBuffer round) {
        int bytes = round.frameBytes();
        if (bytes > bytesLeft()) {
            roll(bytes);
        }
        long address = JournalPosition.of(active.number(), offset);
        active.write(round.seal(address, last), offset);
        last = address;
        offset += bytes;
        return bytes;
    }

    public void force() {
        active.force();
    }

    private void roll(int bytes) {
        synchronized (preparing) {
            long number = active.number() + 1;
            JournalFile next = takePrepared();
            if (next != null && next.sizeBytes() - JournalFile.HEADER_BYTES < bytes) {
                next.close();
                io.delete(next.name());
                dropPrepared();
                next = null;
            }
            if (next == null) {
                next = prepare(number, Math.max(fileBytes, JournalFile.HEADER_BYTES + bytes));
            }
            Check.invariant(next.number() == number, "file %d after %d", next.number(), number - 1);
            synchronized (files) {
                written.add(next);
            }
            active = next;
            offset = JournalFile.HEADER_BYTES;
        }
    }

    private JournalFile takePrepared() {
        synchronized (files) {
            JournalFile next = prepared.poll();
            nextPrepared = !prepared.isEmpty();
            return next;
        }
    }

    private void dropPrepared() {
        for (JournalFile file = takePrepared(); file != null; file = takePrepared()) {
            file.close();
            io.delete(file.name());
        }
    }

    /** Makes the next file ready, from a spare one or a new one, unless it is. */
    public void prepareNext() {
        synchronized (preparing) {
            if (!nextPrepared) {
                JournalFile next = prepare(lastWritten() + 1);
                synchronized (files) {
                    prepared.add(next);
                    nextPrepared = true;
                }
            }
        }
    }

    private long lastWritten() {
        synchronized (files) {
            return written.getLast().number();
        }
    }

    private JournalFile prepare(long number) {
        return prepare(number, fileBytes);
    }

    private JournalFile prepare(long number, long sizeBytes) {
        String spare = sizeBytes == fileBytes ? takeSpare() : null;
        String source = spare != null ? spare : createZeroed(sizeBytes);
        StorageFile file = io.open(source);
        try {
            JournalFile.writeHeader(file, number);
            file.force(StorageIo.Force.DATA);
        } finally {
            file.close();
        }
        io.rename(source, JournalFile.nameOf(number));
        io.forceDirectory(JournalFile.DIRECTORY);
        return JournalFile.open(io, number);
    }

    private String takeSpare() {
        synchronized (files) {
            return spares.poll();
        }
    }

    private String createZeroed(long sizeBytes) {
        io.delete(NEW_FILE);
        try (StorageFile file = io.create(NEW_FILE)) {
            file.zeroFill(sizeBytes);
            file.force(StorageIo.Force.ALL);
        } catch (StorageException failure) {
            io.delete(NEW_FILE);
            throw failure;
        }
        return NEW_FILE;
    }

    /** Gives back the files that lie wholly before the position: a checkpoint holds them. */
    public void recycleBefore(long position) {
        synchronized (files) {
            while (written.size() > 1
                    && written.getFirst().number() < JournalPosition.fileOf(position)) {
                JournalFile done = written.removeFirst();
                done.close();
                putAside(done.name(), done.number());
            }
        }
    }

    private void putAside(String name, long number) {
        if (spares.size() < MAX_SPARES && io.size(name) == fileBytes) {
            String spare = "%s/%020d%s".formatted(JournalFile.DIRECTORY, number, SPARE_SUFFIX);
            io.rename(name, spare);
            spares.add(spare);
        } else {
            io.delete(name);
        }
        LOG.debug("journal file {} lies before the checkpoint and was given back", name);
    }

    @Override
    public void close() {
        synchronized (files) {
            written.forEach(JournalFile::close);
            prepared.forEach(JournalFile::close);
            written.clear();
            prepared.clear();
        }
    }
}
