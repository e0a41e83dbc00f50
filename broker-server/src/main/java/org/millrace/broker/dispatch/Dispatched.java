package org.millrace.broker.dispatch;

import org.millrace.wire.record.Record;

/**
 * A message on its way to its receiver.
 *
 * @param persistent whether its acknowledgement must be durable before it is answered
 */
public record Dispatched(
        PartitionCursor partition, Lease<Seat> lease, Record record, boolean persistent) {}
