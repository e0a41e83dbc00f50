package org.millrace.conformance.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What one consumer was given, in order. Safe for threads. */
final class Seen {
    private record One(String text, boolean redelivered, int deliveryCount) {}

    private final List<One> all = new ArrayList<>();

    synchronized void add(Message message) {
        try {
            all.add(
                    new One(
                            ((TextMessage) message).getText(),
                            message.getJMSRedelivered(),
                            message.getIntProperty("JMSXDeliveryCount")));
        } catch (JMSException impossible) {
            throw new AssertionError(impossible);
        }
        notifyAll();
    }

    private synchronized Set<String> distinct() {
        Set<String> texts = new LinkedHashSet<>();
        all.forEach(one -> texts.add(one.text()));
        return texts;
    }

    boolean hasAll(List<String> expected) {
        return distinct().containsAll(expected);
    }

    /** Waits; the test's own time limit ends the wait. */
    synchronized void awaitAll(List<String> expected) throws InterruptedException {
        while (!hasAll(expected)) {
            wait();
        }
    }

    /** Everything came, first in this order; what came again was flagged. */
    synchronized void assertComplete(List<String> expected) {
        assertThat(distinct()).as("%s", all).containsExactlyElementsOf(expected);
        Set<String> before = new LinkedHashSet<>();
        for (One one : all) {
            if (!before.add(one.text())) {
                assertThat(one.redelivered()).as("flag of repeated %s in %s", one, all).isTrue();
                assertThat(one.deliveryCount()).as("count of %s", one).isGreaterThan(1);
            }
        }
    }

    synchronized int repeated() {
        return all.size() - distinct().size();
    }

    synchronized long timesSeen(String text) {
        return all.stream().filter(one -> one.text().equals(text)).count();
    }
}
