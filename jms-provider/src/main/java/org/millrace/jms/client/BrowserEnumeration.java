package org.millrace.jms.client;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.ArrayDeque;
import java.util.Enumeration;
import java.util.NoSuchElementException;
import java.util.Queue;
import org.millrace.jms.LogPosition;
import org.millrace.jms.message.JmsMessage;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.BrowsePage;
import org.millrace.wire.record.Record;

/** One walk of a browser, page by page. Confined to the application's thread. */
final class BrowserEnumeration implements Enumeration<Message> {
    private static final int PAGE_MESSAGES = 100;

    private final JmsQueueBrowser browser;
    private final int browserId;
    private final Queue<Message> page = new ArrayDeque<>();
    private boolean atEnd;

    BrowserEnumeration(JmsQueueBrowser browser, int browserId) {
        this.browser = browser;
        this.browserId = browserId;
    }

    @Override
    public boolean hasMoreElements() {
        while (page.isEmpty() && !atEnd) {
            turnPage();
        }
        return !page.isEmpty();
    }

    @Override
    public Message nextElement() {
        if (!hasMoreElements()) {
            throw new NoSuchElementException("the browser is at the end of the queue");
        }
        return page.poll();
    }

    private void turnPage() {
        SessionCore session = browser.session();
        try {
            BrowsePage next =
                    session.link()
                            .request(id -> new Frame.BrowseNext(id, browserId, PAGE_MESSAGES))
                            .await(BrowsePage.class, session.options().requestTimeout());
            for (Frame.Delivery each : next.messages()) {
                Record record = Record.delivered(each.record(), each.offset(), each.timestamp());
                JmsMessage message = browser.decoder().decode(record, each.deliveryCount());
                message.setLogPosition(new LogPosition(each.partition(), each.offset()));
                page.add(message);
            }
            atEnd = next.last();
        } catch (JMSException failed) {
            // Enumeration has no way to tell: §4.1.6 leaves what a browser shows to us.
            atEnd = true;
            throw Unchecked.of(failed);
        }
        if (atEnd) {
            browser.release(browserId);
        }
    }
}
