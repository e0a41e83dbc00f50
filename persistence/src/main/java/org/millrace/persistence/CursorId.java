package org.millrace.persistence;

/** Names the cursor of one subscription on one partition. */
public record CursorId(long subscriptionId, PartitionId partition) {}
