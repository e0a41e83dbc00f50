package org.millrace.persistence.segment;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.StorageException;
import org.millrace.persistence.StorageFile;
import org.millrace.persistence.StorageIo;

/**
 * Names and whole-file access for the files of one partition's log. Immutable, callable from any
 * thread.
 *
 * <p>A segment with base offset 4711 is {@code 00000000000000004711.log}, {@code .index} and {@code
 * .timeindex}. What is to replace those from 4711 to below 9000 is {@code
 * 00000000000000004711-00000000000000009000.compacting}, and {@code .compacted} when it is whole.
 */
record LogFiles(StorageIo io, String directory, PartitionId partition, SegmentLimits limits) {
    private static final Pattern LOG_NAME = Pattern.compile("\\d{20}\\.log");
    private static final Pattern COMPACTED_NAME = Pattern.compile("\\d{20}-\\d{20}\\.compacted");

    String log(long baseOffset) {
        return name(baseOffset, "log");
    }

    String offsetIndex(long baseOffset) {
        return name(baseOffset, "index");
    }

    String timeIndex(long baseOffset) {
        return name(baseOffset, "timeindex");
    }

    private String name(long baseOffset, String suffix) {
        return String.format(Locale.ROOT, "%s/%020d.%s", directory, baseOffset, suffix);
    }

    /** What is to replace the segments from {@code base} to below {@code end}, unfinished. */
    String compacting(long base, long end) {
        return String.format(Locale.ROOT, "%s/%020d-%020d.compacting", directory, base, end);
    }

    /** The same, finished and forced: from here on it counts, and they do not. */
    private String compacted(long base, long end) {
        return String.format(Locale.ROOT, "%s/%020d-%020d.compacted", directory, base, end);
    }

    /**
     * Puts the finished file in the place of all segments from {@code base} to below {@code end},
     * for good, whatever happens meanwhile.
     */
    void replaceByCompacted(long base, long end) {
        io.rename(compacting(base, end), compacted(base, end));
        io.forceDirectory(directory);
        finishReplacing(base, end);
    }

    private void finishReplacing(long base, long end) {
        for (long each : baseOffsets()) {
            if (base <= each && each < end) {
                delete(each);
            }
        }
        // Durable before the new one takes a name among them: it would else be taken for old.
        io.forceDirectory(directory);
        io.rename(compacted(base, end), log(base));
        io.forceDirectory(directory);
    }

    /** What a compaction that was cut short has left: finished files count, others are dropped. */
    void finishCompaction() {
        for (String name : io.list(directory)) {
            if (name.endsWith(".compacting")) {
                io.delete(directory + "/" + name);
            } else if (COMPACTED_NAME.matcher(name).matches()) {
                finishReplacing(
                        Long.parseLong(name.substring(0, 20)),
                        Long.parseLong(name.substring(21, 41)));
            }
        }
    }

    /** Base offsets of the segments there are, ascending. */
    List<Long> baseOffsets() {
        List<Long> bases = new ArrayList<>();
        for (String name : io.list(directory)) {
            if (LOG_NAME.matcher(name).matches()) {
                bases.add(Long.parseLong(name.substring(0, 20)));
            }
        }
        return bases;
    }

    /** The content of a small file; empty when there is no such file. */
    Optional<ByteBuffer> content(String name) {
        if (!io.exists(name)) {
            return Optional.empty();
        }
        try (StorageFile file = io.open(name)) {
            ByteBuffer content = ByteBuffer.allocate((int) Math.min(file.size(), 1 << 30));
            file.read(content, 0);
            return Optional.of(content.flip());
        }
    }

    /** Replaces the content of a file; forced, its directory entry not. */
    void replace(String name, ByteBuffer content) {
        io.delete(name);
        try (StorageFile file = io.create(name)) {
            file.write(content, 0);
            file.force(StorageIo.Force.ALL);
        }
    }

    /** Deletes a segment, the log first: an index without its log is swept when the log opens. */
    void delete(long baseOffset) {
        io.delete(log(baseOffset));
        deleteIndexes(baseOffset);
    }

    void deleteIndexes(long baseOffset) {
        io.delete(offsetIndex(baseOffset));
        io.delete(timeIndex(baseOffset));
    }

    /** Deletes index files whose log is gone. */
    void deleteStrayIndexes() {
        List<String> names = io.list(directory);
        for (String name : names) {
            int dot = name.indexOf('.');
            if (dot > 0
                    && name.endsWith("index")
                    && !names.contains(name.substring(0, dot) + ".log")) {
                io.delete(directory + "/" + name);
            }
        }
    }

    /** Makes created and deleted files durable, and the directories that may be new. */
    void forceDirectories() {
        String path = directory;
        while (!path.isEmpty()) {
            io.forceDirectory(path);
            path = path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
        }
        io.forceDirectory("");
    }

    /** What to say about a broken batch. Nothing below the segment end is ever skipped. */
    StorageException broken(String name, long position, String found) {
        return new StorageException(
                """
                partition %s: %s/%s is broken at position %d: %s; nothing was skipped or changed; \
                check the device, then restore the file from a backup, or, to give up all messages of this file, \
                stop the broker and move the file away with its .index and .timeindex"""
                        .formatted(partition, io.location(), name, position, found));
    }

    StorageException missing(String found, long segmentEnd) {
        return new StorageException(
                """
                partition %s: %s/%s: the last checkpoint says that segments reach offset %d, found %s; \
                forced messages are missing and nothing was changed; restore the directory from a backup"""
                        .formatted(partition, io.location(), directory, segmentEnd, found));
    }
}
