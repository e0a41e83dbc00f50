package org.millrace.wire.admin;

import org.millrace.wire.Address;

/**
 * What went with a destination.
 *
 * @param messages at most, because offsets may have gaps
 */
public record DeletedDestination(
        Address.Kind kind, String name, long messages, int subscriptions) {}
