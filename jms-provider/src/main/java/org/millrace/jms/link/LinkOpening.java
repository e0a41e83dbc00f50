package org.millrace.jms.link;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.millrace.foundation.Loop;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.link.LinkConnector;
import org.millrace.wire.link.LinkSettings;

/** Opens a link to the first broker of a URI that lets us in. Waits; not for event loops. */
public final class LinkOpening {
    private final MillraceUri uri;
    private final Credentials credentials;
    private final Duration timeout;
    private final Loop loop;
    private final LinkConnector connector;

    public LinkOpening(
            MillraceUri uri, Credentials credentials, Duration connectTimeout, Loop loop) {
        LinkSettings defaults = LinkSettings.of(LinkEnd.CLIENT);
        this.uri = uri;
        this.credentials = credentials;
        this.timeout = connectTimeout;
        this.loop = loop;
        this.connector =
                new LinkConnector(loop, defaults.withTimeouts(connectTimeout, connectTimeout));
    }

    /**
     * Tries the endpoints in their order.
     *
     * @throws JMSSecurityException when a broker refuses the credentials; no other is tried then
     * @throws JMSException when none could be reached; the message names the last, the cause why
     */
    public ClientLink open(LinkEvents events) throws JMSException {
        if (uri.transport() == MillraceUri.Transport.TLS) {
            throw Failures.unsupported("TLS (millraces://)");
        }
        JMSException last = null;
        for (Endpoint endpoint : uri.endpoints()) {
            try {
                return open(endpoint, events);
            } catch (JMSSecurityException refused) {
                throw refused;
            } catch (JMSException unreachable) {
                if (last != null) {
                    unreachable.addSuppressed(last);
                }
                last = unreachable;
            }
        }
        throw last;
    }

    private ClientLink open(Endpoint endpoint, LinkEvents events) throws JMSException {
        ClientLink link = new ClientLink(credentials, loop, events);
        try {
            connector
                    .connect(endpoint, link)
                    .toCompletableFuture()
                    .get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            throw Failures.interrupted("a connection to " + endpoint, interrupted);
        } catch (TimeoutException late) {
            throw Failures.of(
                    ErrorCode.LINK_LOST,
                    "cannot connect to %s within %d ms; see option connectTimeout"
                            .formatted(endpoint, timeout.toMillis()),
                    late);
        } catch (ExecutionException failed) {
            throw Failures.of(
                    ErrorCode.LINK_LOST, failed.getCause().getMessage(), failed.getCause());
        }
        link.awaitAdmission(timeout);
        return link;
    }
}
