package org.millrace.conformance.spec;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.Xid;

/** XIDs that no other test uses; with bytes of every sign. */
public record TestXid(int getFormatId, byte[] getGlobalTransactionId, byte[] getBranchQualifier)
        implements Xid {
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime());

    public static TestXid next() {
        byte[] global =
                ByteBuffer.allocate(12).putInt(0xFF00807F).putLong(LAST.incrementAndGet()).array();
        return new TestXid(0x4D52, global, new byte[] {-1, 0, 1});
    }

    boolean isSame(Xid other) {
        return getFormatId == other.getFormatId()
                && java.util.Arrays.equals(getGlobalTransactionId, other.getGlobalTransactionId())
                && java.util.Arrays.equals(getBranchQualifier, other.getBranchQualifier());
    }

    boolean isIn(Xid[] listed) {
        return java.util.Arrays.stream(listed).anyMatch(this::isSame);
    }
}
