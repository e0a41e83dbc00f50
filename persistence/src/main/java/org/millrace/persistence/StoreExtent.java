package org.millrace.persistence;

import java.util.OptionalLong;

/**
 * What a store takes and has left, at one moment.
 *
 * @param location directory, or what the store is
 * @param usableBytes free on its device; empty when it has none
 * @param reserveBytes appends are refused when less is free
 * @param journalBytes that the files of the journal take
 * @param branchesInDoubt prepared and not decided
 */
public record StoreExtent(
        String location,
        OptionalLong usableBytes,
        long reserveBytes,
        long journalBytes,
        int branchesInDoubt) {
    /** Of a store that has no files. */
    public static StoreExtent inMemory(int branchesInDoubt) {
        return new StoreExtent("memory", OptionalLong.empty(), 0, 0, branchesInDoubt);
    }
}
