package org.millrace.persistence.catalog;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.millrace.persistence.BranchId;
import org.millrace.persistence.CursorId;
import org.millrace.persistence.PartitionId;

/** Sets the parameters of a statement from left to right. Confined to its caller. */
final class Parameters {
    private final PreparedStatement statement;
    private int set;

    Parameters(PreparedStatement statement) {
        this.statement = statement;
    }

    Parameters add(long value) throws SQLException {
        statement.setLong(++set, value);
        return this;
    }

    Parameters add(String value) throws SQLException {
        statement.setString(++set, value);
        return this;
    }

    Parameters add(byte[] value) throws SQLException {
        statement.setBytes(++set, value);
        return this;
    }

    Parameters add(ByteBuffer value) throws SQLException {
        byte[] bytes = new byte[value.remaining()];
        value.duplicate().get(bytes);
        return add(bytes);
    }

    Parameters add(BranchId id) throws SQLException {
        return add(id.formatId()).add(id.globalTransactionId()).add(id.branchQualifier());
    }

    Parameters add(PartitionId id) throws SQLException {
        return add(id.destinationId()).add(id.partition()).add(id.lane());
    }

    Parameters add(CursorId id) throws SQLException {
        return add(id.subscriptionId()).add(id.partition());
    }
}
