package org.millrace.wire.admin;

import java.util.OptionalLong;

/**
 * How the store does.
 *
 * @param location directory, or what the store is
 * @param usableBytes free on its device; empty for a store in memory
 * @param reserveBytes appends are refused when less is free
 * @param journalBytes that the journal takes
 * @param branchesInDoubt transaction branches that are prepared and not decided
 */
public record StoreHealth(
        String location,
        OptionalLong usableBytes,
        long reserveBytes,
        long journalBytes,
        int branchesInDoubt) {}
