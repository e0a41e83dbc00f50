package org.millrace.broker.connection;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.session.Rooms;
import org.millrace.foundation.Loop;

/**
 * What a JMS connection has that outlives its link: identity, client id, temporary destinations,
 * subscriptions whose consumers may come back. Confined to the broker loop.
 *
 * <p>Held by a link, or kept for {@code resumeGrace} after that was lost. What the client does not
 * ask for again within the grace is dropped, whether it came back or not.
 */
final class Belongings {
    private final long connectionId;
    private final long resumeSecret;
    private final String user;
    private final Rooms rooms;
    private final Set<Destination> temporaries = new LinkedHashSet<>();
    private final Set<Long> suspended = new LinkedHashSet<>();
    private Optional<ClientConnection> holder;
    private Optional<String> clientId = Optional.empty();
    private Loop.Timer grace = () -> {};

    Belongings(long connectionId, long resumeSecret, Rooms rooms, ClientConnection holder) {
        this.connectionId = connectionId;
        this.resumeSecret = resumeSecret;
        this.user = holder.user();
        this.rooms = rooms;
        this.holder = Optional.of(holder);
    }

    long connectionId() {
        return connectionId;
    }

    long resumeSecret() {
        return resumeSecret;
    }

    /** Whose it is; empty for an anonymous one. */
    String user() {
        return user;
    }

    /** The link; empty while it is lost. */
    Optional<ClientConnection> holder() {
        return holder;
    }

    Optional<String> clientId() {
        return clientId;
    }

    void setClientId(String claimed) {
        clientId = Optional.of(claimed);
    }

    // ---- temporary destinations

    void add(Destination temporary) {
        temporaries.add(temporary);
    }

    void removeDeleted() {
        temporaries.removeIf(
                each -> {
                    if (each.isDeleted()) {
                        rooms.subscriptions().ephemeral().forgetTopic(each);
                    }
                    return each.isDeleted();
                });
    }

    // ---- subscriptions whose consumers may come back

    void suspend(long resumeToken) {
        suspended.add(resumeToken);
    }

    boolean resumes(long resumeToken) {
        return suspended.remove(resumeToken);
    }

    // ---- losing and finding the link

    /** The link is lost: {@code whenOver} runs when the grace is over, unless it is lost again. */
    void lost(Runnable whenOver) {
        holder = Optional.empty();
        grace.cancel();
        grace = rooms.ground().loop().after(rooms.ground().settings().resumeGrace(), whenOver);
    }

    void found(ClientConnection link) {
        holder = Optional.of(link);
    }

    /** The consumers that did not come back so far will not. */
    void abandonSuspended() {
        suspended.forEach(rooms.subscriptions().ephemeral()::abandon);
        suspended.clear();
    }

    /** The connection is over. */
    void drop(String reason) {
        grace.cancel();
        abandonSuspended();
        for (Destination each : temporaries) {
            rooms.destinations().drop(each, each + " is gone: its connection " + reason);
            rooms.subscriptions().ephemeral().forgetTopic(each);
        }
        temporaries.clear();
    }

    @Override
    public String toString() {
        return "connection "
                + connectionId
                + holder.map(link -> " of " + link.peer()).orElse(", whose link was lost");
    }
}
