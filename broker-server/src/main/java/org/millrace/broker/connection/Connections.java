package org.millrace.broker.connection;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;

/** All links, those that became connections by id and by client id. Confined to the broker loop. */
public final class Connections {
    private static final int MAX_CLIENT_ID_LENGTH = 1024;

    private final Set<ClientConnection> links = new LinkedHashSet<>();
    private final Map<Long, ClientConnection> byId = new LinkedHashMap<>();
    private final Map<String, ClientConnection> byClientId = new LinkedHashMap<>();
    private boolean stopping;

    /** False when the broker is stopping and takes no more. */
    boolean admit(ClientConnection link) {
        return !stopping && links.add(link);
    }

    ClientConnection find(long connectionId) {
        return byId.get(connectionId);
    }

    void opened(ClientConnection connection) {
        byId.put(connection.connectionId(), connection);
    }

    /**
     * Reserves a client id for a connection (§6.1.2).
     *
     * @throws RefusedException when another connection uses it, or it is malformed
     */
    void claim(String clientId, ClientConnection connection) {
        if (clientId.isEmpty() || clientId.length() > MAX_CLIENT_ID_LENGTH) {
            throw RefusedException.of(
                    ErrorCode.INVALID_CLIENT_ID,
                    "client id of %d characters, expected 1 to %d",
                    clientId.length(),
                    MAX_CLIENT_ID_LENGTH);
        }
        ClientConnection user = byClientId.putIfAbsent(clientId, connection);
        if (user != null && user != connection) {
            throw RefusedException.of(
                    ErrorCode.INVALID_CLIENT_ID,
                    "client id '%s' is used by the connection of %s; close that one or choose another",
                    clientId,
                    user.peer());
        }
    }

    void ended(ClientConnection connection) {
        byId.remove(connection.connectionId(), connection);
        connection.clientId().ifPresent(id -> byClientId.remove(id, connection));
    }

    void forget(ClientConnection link) {
        links.remove(link);
    }

    public int count() {
        return links.size();
    }

    /** Ends all connections, telling why, and takes no more. */
    public void closeAll(ErrorCode code, String reason) {
        stopping = true;
        List.copyOf(links).forEach(link -> link.dismiss(code, reason));
    }
}
