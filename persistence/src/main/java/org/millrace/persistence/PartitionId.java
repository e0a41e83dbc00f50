package org.millrace.persistence;

/**
 * Names one log: the unit of order.
 *
 * @param destinationId catalog id of the destination, never reused
 * @param partition 0-based number of the partition within its destination
 * @param lane which log of the partition: {@value #NORMAL_LANE} for everything without a special
 *     priority, the {@code JMSPriority} otherwise, {@value #SCHEDULED_LANE} for messages waiting
 *     for their delivery time
 */
public record PartitionId(long destinationId, int partition, int lane)
        implements Comparable<PartitionId> {
    /** Lane of the default {@code JMSPriority}. */
    public static final int NORMAL_LANE = 4;

    /** Lane that holds delayed messages until they are due. */
    public static final int SCHEDULED_LANE = 10;

    @Override
    public int compareTo(PartitionId other) {
        int byDestination = Long.compare(destinationId, other.destinationId);
        if (byDestination != 0) {
            return byDestination;
        }
        int byPartition = Integer.compare(partition, other.partition);
        return byPartition != 0 ? byPartition : Integer.compare(lane, other.lane);
    }

    @Override
    public String toString() {
        return destinationId + "/" + partition + "." + lane;
    }
}
