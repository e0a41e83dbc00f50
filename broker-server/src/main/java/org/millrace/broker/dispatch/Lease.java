package org.millrace.broker.dispatch;

/**
 * Who holds an offset that is neither settled nor free. It has an owner, not a timer: it ends by
 * settle, release, or loss of the owner. Immutable.
 *
 * @param deliveryCount attempts including this one, at least 1 (§3.5.11)
 */
public record Lease<O>(long offset, O owner, int deliveryCount) {}
