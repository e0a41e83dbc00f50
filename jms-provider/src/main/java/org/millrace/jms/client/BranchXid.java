package org.millrace.jms.client;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import javax.transaction.xa.XAException;
import javax.transaction.xa.Xid;
import org.millrace.wire.frame.Frame.XaBranch;

/** The XID of a branch that the broker lists. Immutable. */
final class BranchXid implements Xid {
    private final XaBranch branch;

    private BranchXid(XaBranch branch) {
        this.branch = branch;
    }

    static Xid of(XaBranch branch) {
        return new BranchXid(
                toWire(
                        branch.formatId(),
                        bytes(branch.globalTransactionId()),
                        bytes(branch.branchQualifier())));
    }

    static XaBranch toWire(Xid xid) throws XAException {
        if (xid == null
                || xid.getGlobalTransactionId() == null
                || xid.getBranchQualifier() == null) {
            throw XaFailures.of(XAException.XAER_INVAL, "XID is null or has parts that are");
        }
        return toWire(
                xid.getFormatId(),
                xid.getGlobalTransactionId().clone(),
                xid.getBranchQualifier().clone());
    }

    static XaBranch toWire(int formatId, byte[] global, byte[] qualifier) {
        return new XaBranch(
                formatId,
                ByteBuffer.wrap(global).asReadOnlyBuffer(),
                ByteBuffer.wrap(qualifier).asReadOnlyBuffer());
    }

    private static byte[] bytes(ByteBuffer part) {
        byte[] copy = new byte[part.remaining()];
        part.duplicate().get(copy);
        return copy;
    }

    @Override
    public int getFormatId() {
        return branch.formatId();
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return bytes(branch.globalTransactionId());
    }

    @Override
    public byte[] getBranchQualifier() {
        return bytes(branch.branchQualifier());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BranchXid xid && xid.branch.equals(branch);
    }

    @Override
    public int hashCode() {
        return branch.hashCode();
    }

    @Override
    public String toString() {
        return "%x:%s:%s"
                .formatted(
                        branch.formatId(),
                        HexFormat.of().formatHex(getGlobalTransactionId()),
                        HexFormat.of().formatHex(getBranchQualifier()));
    }
}
