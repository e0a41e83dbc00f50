package org.millrace.broker.connection;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;

/**
 * All links, and the JMS connections by id and by client id: those that have a link, and those that
 * lost theirs and may be resumed. Confined to the broker loop.
 */
public final class Connections {
    private static final int MAX_CLIENT_ID_LENGTH = 1024;

    /** Connections without a link; past that the one that lost it first is over. */
    private static final int MAX_KEPT = 10_000;

    private final Set<ClientConnection> links = new LinkedHashSet<>();
    private final Map<Long, Belongings> byId = new LinkedHashMap<>();
    private final Map<String, Belongings> byClientId = new LinkedHashMap<>();
    private final Set<Belongings> kept = new LinkedHashSet<>();
    private boolean stopping;

    /** False when the broker is stopping and takes no more. */
    boolean admit(ClientConnection link) {
        return !stopping && links.add(link);
    }

    // ---- opening and resuming

    /**
     * The connection that the frame wants to resume, now held by {@code link}. One that still has a
     * link loses that: the client knows better.
     */
    Optional<Belongings> resume(Frame.OpenConnection wanted, ClientConnection link) {
        Belongings found = byId.get(wanted.connectionId());
        if (found == null
                || found.resumeSecret() != wanted.resumeSecret()
                || !found.user().equals(link.user())) {
            return Optional.empty();
        }
        found.holder().ifPresent(ClientConnection::supersede);
        kept.remove(found);
        found.found(link);
        return Optional.of(found);
    }

    /**
     * A new connection. One that was not known any more keeps its id when nobody else has it: what
     * its sessions sent and will send again is recognised by it.
     */
    Belongings create(
            Frame.OpenConnection wanted, long newSecret, Rooms rooms, ClientConnection link) {
        boolean keepsId =
                rooms.ground().ids().wasGivenOut(wanted.connectionId())
                        && !byId.containsKey(wanted.connectionId());
        Belongings created =
                keepsId
                        ? new Belongings(wanted.connectionId(), wanted.resumeSecret(), rooms, link)
                        : new Belongings(rooms.ground().ids().next(), newSecret, rooms, link);
        byId.put(created.connectionId(), created);
        return created;
    }

    /**
     * Reserves a client id for a connection (§6.1.2). One whose link is lost yields its own: most
     * likely its client was started anew.
     *
     * @throws RefusedException when another connection uses it, or it is malformed
     */
    void claim(String clientId, Belongings connection) {
        if (clientId.isEmpty() || clientId.length() > MAX_CLIENT_ID_LENGTH) {
            throw RefusedException.of(
                    ErrorCode.INVALID_CLIENT_ID,
                    "client id of %d characters, expected 1 to %d",
                    clientId.length(),
                    MAX_CLIENT_ID_LENGTH);
        }
        Belongings user = byClientId.get(clientId);
        if (user != null && user != connection) {
            if (user.holder().isPresent()) {
                throw RefusedException.of(
                        ErrorCode.INVALID_CLIENT_ID,
                        "client id '%s' is used by %s; close that one or choose another",
                        clientId,
                        user);
            }
            end(user, "lost its client id to another one");
        }
        byClientId.put(clientId, connection);
        connection.setClientId(clientId);
    }

    // ---- losing and ending

    /** The connection lost its link: it may be resumed within the grace. */
    void keep(Belongings lost) {
        if (stopping) {
            end(lost, "was closed");
            return;
        }
        kept.add(lost);
        if (kept.size() > MAX_KEPT) {
            end(kept.iterator().next(), "was lost");
        }
        lost.lost(() -> graceOver(lost));
    }

    private void graceOver(Belongings lost) {
        if (kept.contains(lost)) {
            end(lost, "was lost");
        } else {
            lost.abandonSuspended();
        }
    }

    /** The connection is over, in order or not. */
    void end(Belongings connection, String reason) {
        kept.remove(connection);
        byId.remove(connection.connectionId(), connection);
        connection.clientId().ifPresent(id -> byClientId.remove(id, connection));
        connection.drop(reason);
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
        List.copyOf(kept).forEach(each -> end(each, "was closed"));
    }
}
