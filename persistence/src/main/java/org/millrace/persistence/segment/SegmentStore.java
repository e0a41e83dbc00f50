package org.millrace.persistence.segment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.millrace.persistence.PartitionId;
import org.millrace.persistence.StorageIo;

/**
 * Where the logs of all partitions are: {@code logs/<destination id>/<partition>.<lane>/}.
 *
 * <p>Directories carry ids, not names: ids are never reused and survive a rename, need no encoding,
 * and fit every file system.
 *
 * <p>Threads: {@link #log} any; everything that writes, here and in the logs, one thread at a time
 * for all logs (the flusher loop), because they share a write buffer.
 */
public final class SegmentStore {
    private static final String ROOT = "logs";
    private static final Pattern DESTINATION = Pattern.compile("\\d{1,19}");
    private static final Pattern PARTITION = Pattern.compile("(\\d{1,9})\\.(\\d{1,2})");

    private final StorageIo io;
    private final SegmentLimits limits;
    private final WriteBuffer writeBuffer = new WriteBuffer();

    public SegmentStore(StorageIo io, SegmentLimits limits) {
        this.io = io;
        this.limits = limits;
    }

    /**
     * The log of a partition; touches no file. There must be one such object for a partition at a
     * time.
     *
     * @param segmentEnd the checkpointed {@link SegmentedLog#endOffset}, 0 for a new partition:
     *     what lies above it is cut off on first touch
     */
    public SegmentedLog log(PartitionId partition, long segmentEnd) {
        LogFiles files = new LogFiles(io, directoryOf(partition), partition, limits);
        return new SegmentedLog(files, writeBuffer, segmentEnd);
    }

    /** Partitions that have a directory, in order; also those that the catalog does not know. */
    public List<PartitionId> partitions() {
        List<PartitionId> found = new ArrayList<>();
        for (String destination : io.list(ROOT)) {
            if (DESTINATION.matcher(destination).matches()) {
                addPartitions(found, Long.parseLong(destination));
            }
        }
        Collections.sort(found);
        return found;
    }

    private void addPartitions(List<PartitionId> found, long destinationId) {
        for (String name : io.list(ROOT + "/" + destinationId)) {
            Matcher matcher = PARTITION.matcher(name);
            if (matcher.matches()) {
                int partition = Integer.parseInt(matcher.group(1));
                int lane = Integer.parseInt(matcher.group(2));
                found.add(new PartitionId(destinationId, partition, lane));
            }
        }
    }

    /**
     * Deletes the files of a destination whose logs are closed or were never opened. Not forced: a
     * crash may bring files back, and deleting them again is harmless.
     */
    public void deleteDestination(long destinationId) {
        List<PartitionId> doomed = new ArrayList<>();
        addPartitions(doomed, destinationId);
        for (PartitionId partition : doomed) {
            String directory = directoryOf(partition);
            io.list(directory).forEach(name -> io.delete(directory + "/" + name));
            io.delete(directory);
        }
        io.delete(ROOT + "/" + destinationId);
    }

    static String directoryOf(PartitionId partition) {
        return ROOT + "/" + partition;
    }
}
