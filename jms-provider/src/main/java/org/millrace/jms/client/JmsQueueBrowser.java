package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import org.millrace.jms.MillraceDestination;
import org.millrace.jms.link.Failures;
import org.millrace.jms.message.Acknowledgement;
import org.millrace.jms.message.MessageDecoder;
import org.millrace.wire.Address;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;

/**
 * Looks at a queue without taking from it (§4.1.6). Used by the session's application thread. Works
 * on a stopped connection; each enumeration starts anew and ends at what is there when it gets
 * there.
 */
final class JmsQueueBrowser implements QueueBrowser {
    private final SessionCore session;
    private final MillraceDestination queue;
    private final String selector;
    private final MessageDecoder decoder;
    private final List<Integer> openIds = new ArrayList<>();
    private boolean closed;

    private JmsQueueBrowser(SessionCore session, MillraceDestination queue, String selector) {
        Address address = queue.address();
        this.session = session;
        this.queue = queue;
        this.selector = selector;
        this.decoder =
                new MessageDecoder(
                        MillraceDestination.of(Address.of(address.kind(), address.name())),
                        session.options().messages(),
                        Acknowledgement.NOTHING);
    }

    /**
     * A browser that the broker has agreed to.
     *
     * @throws jakarta.jms.InvalidDestinationException when the queue may not be looked at
     * @throws jakarta.jms.InvalidSelectorException when the selector is wrong
     */
    static JmsQueueBrowser open(SessionCore session, Queue queue, String selector)
            throws JMSException {
        session.checkOpen();
        JmsQueueBrowser browser =
                new JmsQueueBrowser(session, MillraceDestination.from(queue), selector);
        browser.release(browser.openAtBroker());
        return browser;
    }

    int openAtBroker() throws JMSException {
        int browserId = session.endpoints().nextId();
        String text = selector == null || selector.isBlank() ? "" : selector;
        session.link()
                .request(id -> new Frame.OpenBrowser(id, browserId, queue.address(), text))
                .await(Done.class, session.options().requestTimeout());
        synchronized (openIds) {
            openIds.add(browserId);
        }
        return browserId;
    }

    /** Tells the broker that this enumeration is over; any number of times. */
    void release(int browserId) {
        synchronized (openIds) {
            if (openIds.remove(Integer.valueOf(browserId))) {
                session.link().post(new Frame.CloseBrowser(browserId));
            }
        }
    }

    SessionCore session() {
        return session;
    }

    MessageDecoder decoder() {
        return decoder;
    }

    private void checkOpen() throws JMSException {
        if (closed || session.isClosed()) {
            throw Failures.closed("browser on " + queue);
        }
    }

    @Override
    public Queue getQueue() throws JMSException {
        checkOpen();
        return (Queue) queue;
    }

    @Override
    public String getMessageSelector() throws JMSException {
        checkOpen();
        return selector == null || selector.isBlank() ? null : selector;
    }

    /** Elements are {@link Message}s. */
    @Override
    public Enumeration<?> getEnumeration() throws JMSException {
        checkOpen();
        return new BrowserEnumeration(this, openAtBroker());
    }

    @Override
    public void close() {
        closed = true;
        List<Integer> left;
        synchronized (openIds) {
            left = List.copyOf(openIds);
        }
        left.forEach(this::release);
    }
}
