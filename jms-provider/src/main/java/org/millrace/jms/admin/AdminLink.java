package org.millrace.jms.admin;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.SplittableRandom;
import org.millrace.foundation.Loop;
import org.millrace.jms.client.ConnectionOptions;
import org.millrace.jms.link.ClientLink;
import org.millrace.jms.link.ClientLoops;
import org.millrace.jms.link.Credentials;
import org.millrace.jms.link.LinkEvents;
import org.millrace.jms.link.ReconnectPolicy;
import org.millrace.jms.link.Restorer;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.frame.Frame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The link of one {@link BrokerAdmin}: it has no sessions, and one that is lost is not opened
 * again, because an operation may have been carried out and must not be asked for twice. Any
 * thread.
 */
final class AdminLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminLink.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    private final ClientLoops loops;
    private final Loop loop;
    private final ClientLink link;
    private final Duration requestTimeout;

    private AdminLink(MillraceUri uri, Credentials credentials) throws JMSException {
        ConnectionOptions options = ConnectionOptions.of(uri.options());
        ReconnectPolicy given = options.reconnect();
        ReconnectPolicy once =
                new ReconnectPolicy(
                        given.connectRounds(),
                        ReconnectPolicy.LostLink.GIVE_UP,
                        1,
                        given.initialDelay(),
                        given.maxDelay());
        requestTimeout = options.requestTimeout();
        loops = ClientLoops.of(uri.transport());
        loop = loops.acquire();
        boolean made = false;
        try {
            link =
                    new ClientLink(
                            new ClientLink.Target(uri, credentials, options.connectTimeout(), once),
                            loop,
                            new Unasked(),
                            new Opening(),
                            new SplittableRandom());
            made = true;
        } finally {
            if (!made) {
                loops.release();
            }
        }
    }

    /** Waits for the connection. */
    static AdminLink open(MillraceUri uri, Credentials credentials) throws JMSException {
        AdminLink opened = new AdminLink(uri, credentials);
        boolean connected = false;
        try {
            opened.link.connect();
            connected = true;
            return opened;
        } finally {
            if (!connected) {
                opened.end();
            }
        }
    }

    /** Waits for the result of an operation. */
    String ask(String operation, String arguments) throws JMSException {
        return link.request(id -> new Frame.Admin(id, operation, arguments))
                .await(Frame.AdminReply.class, requestTimeout)
                .result();
    }

    @Override
    public void close() {
        try {
            link.leave();
            link.request(Frame.CloseConnection::new)
                    .awaitThroughInterrupts(Frame.Done.class, CLOSE_PATIENCE);
        } catch (JMSException lost) {
            LOG.debug("the admin link was not closed in order: {}", lost.getMessage());
        } finally {
            end();
        }
    }

    private void end() {
        link.close();
        loops.release();
    }

    /** Opens a connection that is nothing but a link. */
    private static final class Opening implements Restorer {
        @Override
        public void openConnection(Asking line, Outcome outcome) {
            line.ask(
                    id -> new Frame.OpenConnection(id, "", 0, 0),
                    reply -> reply.failure().ifPresentOrElse(outcome::failed, outcome::done));
        }

        @Override
        public void restore(Asking line, Outcome outcome) {
            outcome.done();
        }
    }

    /** A broker has nothing to say unasked to a connection without sessions. */
    private static final class Unasked implements LinkEvents {
        @Override
        public void onDeliver(Frame.Deliver deliver) {
            LOG.warn("a delivery for consumer {}, which is not there", deliver.consumerId());
        }

        @Override
        public void onReclaim(Frame.Reclaim reclaim) {
            LOG.warn("a reclaim for consumer {}, which is not there", reclaim.consumerId());
        }

        @Override
        public void onEndpointClosed(Frame.EndpointClosed closed) {
            LOG.warn("endpoint {} was closed, which is not there", closed.endpointId());
        }

        @Override
        public void onRefused(JMSException why) {
            LOG.warn("something was refused that nobody asked for: {}", why.getMessage());
        }

        @Override
        public void onLost(JMSException why) {
            LOG.debug("the admin link was lost", why);
        }

        @Override
        public void onOpened(int lineNumber) {
            LOG.debug("the admin link is open");
        }

        @Override
        public void onEnded(JMSException why) {
            LOG.debug("the admin link has ended", why);
        }
    }
}
