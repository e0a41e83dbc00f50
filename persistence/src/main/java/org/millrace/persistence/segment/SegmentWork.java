package org.millrace.persistence.segment;

/** Something long that is done to sealed segments in pieces, by the writer of their log. */
public interface SegmentWork {
    /** Does a bounded piece of work; false when there is nothing left to do. */
    boolean step();

    /** Bytes given back so far; whatever was appended meanwhile counts against it. */
    long bytesFreed();
}
