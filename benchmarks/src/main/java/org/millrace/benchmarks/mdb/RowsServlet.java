package org.millrace.benchmarks.mdb;

import jakarta.annotation.Resource;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/**
 * {@code begin?messages=n} empties the table; {@code end?seconds=n} waits for the transactions of
 * the round and answers with its nanoseconds and the count, the distinct count and the sum of the
 * rows.
 */
@WebServlet({"/begin", "/end"})
public class RowsServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Resource(lookup = "java:/jdbc/rows")
    private transient DataSource rows;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        try (Connection connection = rows.getConnection();
                Statement statement = connection.createStatement()) {
            if (request.getServletPath().equals("/begin")) {
                boolean unused =
                        statement.execute("CREATE TABLE IF NOT EXISTS messages(number INT)");
                unused = statement.execute("TRUNCATE TABLE messages");
                Tally.begin(Integer.parseInt(request.getParameter("messages")));
                return;
            }
            long nanos = Tally.current().await(Integer.parseInt(request.getParameter("seconds")));
            try (ResultSet found =
                    statement.executeQuery(
                            "SELECT count(*), count(DISTINCT number), coalesce(sum(number), 0)"
                                    + " FROM messages")) {
                boolean unused = found.next();
                response.getWriter()
                        .printf(
                                "%d %d %d %d",
                                nanos, found.getLong(1), found.getLong(2), found.getLong(3));
            }
        } catch (SQLException | InterruptedException failed) {
            throw new IOException(failed);
        }
    }
}
