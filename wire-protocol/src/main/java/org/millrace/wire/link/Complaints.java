package org.millrace.wire.link;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warnings about peers that break the protocol: a few for each period, so that a hostile peer
 * cannot fill the log; how many were left out is said with the next. Any thread.
 */
public final class Complaints {
    static final int PER_PERIOD = 20;
    static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

    private long periodStartNanos = Long.MIN_VALUE;
    private int inPeriod;
    private long leftOut;

    public synchronized void warn(String message, long nowNanos) {
        if (periodStartNanos == Long.MIN_VALUE || nowNanos - periodStartNanos > PERIOD_NANOS) {
            periodStartNanos = nowNanos;
            inPeriod = 0;
        }
        if (inPeriod++ >= PER_PERIOD) {
            leftOut++;
            return;
        }
        if (leftOut > 0) {
            LOG.warn("{} ({} similar warnings were left out before)", message, leftOut);
        } else {
            LOG.warn("{}", message);
        }
        leftOut = 0;
    }
}
