package org.millrace.persistence;

import org.millrace.foundation.Check;

/** Offsets from {@code first} to {@code last}, both included. */
public record OffsetRange(long first, long last) {
    public OffsetRange {
        Check.argument(
                0 <= first && first <= last,
                "offset range %d..%d is empty or negative",
                first,
                last);
    }

    public static OffsetRange of(long offset) {
        return new OffsetRange(offset, offset);
    }

    public long count() {
        return last - first + 1;
    }
}
