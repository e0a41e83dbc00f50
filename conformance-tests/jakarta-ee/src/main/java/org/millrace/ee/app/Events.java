package org.millrace.ee.app;

import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** Rows in a database: what has happened, and committed. */
@Stateless
public class Events {
    private static DataSource database() {
        return Names.find("datasource", DataSource.class);
    }

    /** Makes the table when it is not there. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void prepare() throws SQLException {
        try (Connection connection = database().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet found = connection.getMetaData().getTables(null, null, "EVENTS", null)) {
                if (!found.next()) {
                    statement.execute("create table EVENTS (KIND varchar(64), BODY varchar(200))");
                }
            }
        }
    }

    /** In the transaction of the caller. */
    @TransactionAttribute(TransactionAttributeType.MANDATORY)
    public void add(String kind, String body) {
        try (Connection connection = database().getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("insert into EVENTS values (?, ?)")) {
            insert.setString(1, kind);
            insert.setString(2, body);
            insert.executeUpdate();
        } catch (SQLException refused) {
            throw new IllegalStateException(refused);
        }
    }

    /** All rows of a kind and the different bodies among them: {@code "12 12"}. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public String count(String kind) throws SQLException {
        try (Connection connection = database().getConnection();
                PreparedStatement count =
                        connection.prepareStatement(
                                "select count(*), count(distinct BODY) from EVENTS where KIND = ?")) {
            count.setString(1, kind);
            try (ResultSet rows = count.executeQuery()) {
                rows.next();
                return rows.getLong(1) + " " + rows.getLong(2);
            }
        }
    }
}
