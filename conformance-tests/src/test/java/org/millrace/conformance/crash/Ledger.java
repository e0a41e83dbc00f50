package org.millrace.conformance.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the clients of a crash test know, and what must therefore be true. Callable from any thread.
 *
 * <p>A message is named {@code producer:number}. <i>Confirmed</i>: its send or commit returned.
 * <i>Acknowledged</i>: its acknowledgement or commit returned. What failed is in doubt: it may be
 * there once or not at all; the messages of one transaction all or none.
 */
final class Ledger {
    private final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    private final Queue<List<String>> doubtfulTransactions = new ConcurrentLinkedQueue<>();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> delivered = new ConcurrentHashMap<>();
    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger redeliveries = new AtomicInteger();

    void confirmed(List<String> messages) {
        confirmed.addAll(messages);
    }

    void inDoubt(List<String> messages) {
        doubtfulTransactions.add(List.copyOf(messages));
    }

    void acknowledged(List<String> messages) {
        acknowledged.addAll(messages);
    }

    void delivered(String message, boolean redelivered) {
        if (acknowledged.contains(message)) {
            violations.add(
                    message + " was delivered again after its acknowledgement was confirmed");
        }
        int times = delivered.merge(message, 1, Integer::sum);
        if (times > 1) {
            redeliveries.incrementAndGet();
            if (!redelivered) {
                violations.add(
                        message
                                + " was delivered "
                                + times
                                + " times, the last time not flagged as redelivered");
            }
        }
    }

    void violation(String what) {
        violations.add(what);
    }

    int confirmedCount() {
        return confirmed.size();
    }

    /** To be called when the queue is drained. */
    void check() {
        assertThat(violations).as("violations").isEmpty();
        Set<String> lost = new TreeSet<>(confirmed);
        lost.removeAll(delivered.keySet());
        assertThat(lost).as("confirmed and never delivered").isEmpty();
        List<String> torn = new ArrayList<>();
        for (List<String> transaction : doubtfulTransactions) {
            long there = transaction.stream().filter(delivered::containsKey).count();
            if (there != 0 && there != transaction.size()) {
                torn.add(there + " of " + transaction);
            }
        }
        assertThat(torn).as("transactions delivered in part").isEmpty();
    }

    @Override
    public String toString() {
        return "%d confirmed, %d delivered, %d acknowledged, %d redelivered, %d transactions in doubt"
                .formatted(
                        confirmed.size(),
                        delivered.size(),
                        acknowledged.size(),
                        redeliveries.get(),
                        doubtfulTransactions.size());
    }
}
