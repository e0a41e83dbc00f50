package org.millrace.persistence.catalog;

import java.nio.ByteBuffer;
import org.millrace.persistence.BranchId;

/**
 * A prepared branch.
 *
 * @param content its changes in the journal's encoding, opaque here; read-only, from position to
 *     limit
 */
public record BranchRow(BranchId id, ByteBuffer content) {
    public BranchRow {
        content = content.asReadOnlyBuffer();
    }
}
