package org.millrace.persistence.journal;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.millrace.persistence.StorageException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a journal from a position to its end and judges what is broken. Confined to recovery.
 *
 * <p>A frame holds one round, and a round is written only after the one before was forced. So:
 *
 * <ul>
 *   <li>a broken frame with no intact one after it was being written when the broker stopped:
 *       nobody was told that it is durable. It is a <b>torn tail</b> and is cut;
 *   <li>a broken frame with an intact one after it was forced, and was damaged since. That is
 *       <b>corruption</b>: nothing is started, nothing is dropped.
 * </ul>
 *
 * <p>The one case that cannot be told apart: damage to the very last frame after it was forced
 * looks like a torn tail. It is cut with a warning that names the place. After an orderly stop
 * there is no such frame: the checkpoint holds everything.
 */
final class JournalScan {
    private static final Logger LOG = LoggerFactory.getLogger(JournalScan.class);

    /**
     * Where a scan ended.
     *
     * @param file index in the list of files
     * @param offset where the next frame goes
     * @param last address of the last intact frame
     * @param frames number of frames read
     */
    record End(int file, long offset, long last, long frames) {}

    private final String location;
    private final List<JournalFile> files;
    private final Consumer<ByteBuffer> visitor;
    private final long from;
    private long last = JournalPosition.START;
    private long frames;

    /**
     * @param files with ascending numbers without a gap
     * @param from address of the first frame wanted, in the first file; {@link
     *     JournalPosition#START} for all
     * @param visitor is given the body of each frame, in order
     */
    JournalScan(String location, List<JournalFile> files, long from, Consumer<ByteBuffer> visitor) {
        this.location = location;
        this.files = files;
        this.from = from;
        this.visitor = visitor;
    }

    /**
     * Runs the scan.
     *
     * @throws StorageException on corruption
     */
    End run() {
        long offset = Math.max(JournalFile.HEADER_BYTES, JournalPosition.offsetOf(from));
        for (int index = 0; ; index++) {
            FrameReader reader = new FrameReader(files.get(index));
            offset = readFrames(reader, offset);
            OptionalLong beyond = reader.nextIntact(offset);
            if (beyond.isPresent()) {
                throw corrupt(index, offset, reader, index, beyond.getAsLong());
            }
            if (!continuesIn(index + 1, index, offset, reader)) {
                reportTornTails(index, offset);
                return new End(index, offset, last, frames);
            }
            offset = JournalFile.HEADER_BYTES;
        }
    }

    private long readFrames(FrameReader reader, long from) {
        long offset = from;
        while (reader.findingAt(offset) == FrameReader.Finding.INTACT && follows(reader, offset)) {
            visitor.accept(reader.bodyAt(offset));
            last = reader.addressOf(offset);
            frames++;
            offset = reader.endOf(offset);
        }
        return offset;
    }

    private boolean follows(FrameReader reader, long offset) {
        long previous = reader.previousAt(offset);
        if (last != JournalPosition.START) {
            return previous == last;
        }
        // The first frame wanted: the one before it lies before the checkpoint, or there is none.
        return previous < from || previous == JournalPosition.START;
    }

    private boolean continuesIn(int next, int index, long offset, FrameReader reader) {
        if (next == files.size()) {
            return false;
        }
        FrameReader nextReader = new FrameReader(files.get(next));
        OptionalLong first = nextReader.nextIntact(JournalFile.HEADER_BYTES);
        if (first.isEmpty()) {
            // Either nothing was ever written to it, or its first round is torn.
            return continuesIn(next + 1, index, offset, reader);
        }
        if (next == index + 1
                && first.getAsLong() == JournalFile.HEADER_BYTES
                && follows(nextReader, JournalFile.HEADER_BYTES)) {
            return true;
        }
        throw corrupt(index, offset, reader, next, first.getAsLong());
    }

    private void reportTornTails(int index, long offset) {
        reportTornTail(files.get(index), offset);
        for (JournalFile later : files.subList(index + 1, files.size())) {
            reportTornTail(later, JournalFile.HEADER_BYTES);
        }
    }

    private void reportTornTail(JournalFile file, long offset) {
        FrameReader reader = new FrameReader(file);
        if (reader.findingAt(offset) == FrameReader.Finding.BROKEN) {
            LOG.warn(
                    "journal {}/{}: the last round at position {} is torn, {}; nobody was told that it is durable; cut there",
                    location,
                    file.name(),
                    offset,
                    reader.describe(offset));
        }
    }

    private StorageException corrupt(
            int index, long offset, FrameReader reader, int intactIn, long intactAt) {
        String name = files.get(index).name();
        return new StorageException(
                "journal %s/%s is corrupt at position %d: expected a round that follows %s, found %s, and an intact round after it in %s at position %d, so this is no torn tail; broker not started, nothing was changed; restore the file from a copy, or salvage what lies before: truncate it to %d bytes and move the journal files with higher numbers away, which loses everything from there on"
                        .formatted(
                                location,
                                name,
                                offset,
                                JournalPosition.text(last),
                                reader.describe(offset),
                                files.get(intactIn).name(),
                                intactAt,
                                offset));
    }
}
