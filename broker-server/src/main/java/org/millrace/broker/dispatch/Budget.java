package org.millrace.broker.dispatch;

/** How much one dispatch run may do, and when it is. Confined to one run. */
final class Budget {
    private final long nowMillis;
    private int left;
    private long wakeAtMillis = Long.MAX_VALUE;

    Budget(int records, long nowMillis) {
        this.left = records;
        this.nowMillis = nowMillis;
    }

    /** False when nothing is left: the run goes on in a later turn. */
    boolean spend() {
        return left > 0 && left-- > 0;
    }

    long nowMillis() {
        return nowMillis;
    }

    void wakeAt(long millis) {
        wakeAtMillis = Math.min(wakeAtMillis, millis);
    }

    /** {@link Long#MAX_VALUE} for never. */
    long wakeAtMillis() {
        return wakeAtMillis;
    }
}
