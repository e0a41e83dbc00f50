package org.millrace.wire.admin;

/**
 * What a purge did.
 *
 * @param messages settled; at most: offsets may have gaps
 * @param inFlight left, because a consumer holds them
 */
public record Purged(long messages, int inFlight) {}
