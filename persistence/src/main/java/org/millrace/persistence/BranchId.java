package org.millrace.persistence;

import java.nio.ByteBuffer;

/**
 * The three parts of an XID, byte for byte as the transaction manager gave them. The buffers are
 * read-only.
 */
public record BranchId(int formatId, ByteBuffer globalTransactionId, ByteBuffer branchQualifier) {
    public BranchId {
        globalTransactionId = globalTransactionId.asReadOnlyBuffer();
        branchQualifier = branchQualifier.asReadOnlyBuffer();
    }
}
