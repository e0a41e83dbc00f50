package org.millrace.wire.link;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What many threads wrote, in order, until one takes it all: one allocation and one compare-and-set
 * for each item. Bounded by the {@link WriteBudget} of its link.
 */
final class FrameQueue<T> {
    /** An item and those written after it. Only {@code item} and {@code bytes} are for reading. */
    static final class Node<T> {
        final T item;
        final int bytes;
        private Node<T> next;

        private Node(T item, int bytes) {
            this.item = item;
            this.bytes = bytes;
        }

        Node<T> next() {
            return next;
        }
    }

    private final AtomicReference<Node<T>> newest = new AtomicReference<>();

    void add(T item, int bytes) {
        Node<T> node = new Node<>(item, bytes);
        Node<T> before;
        do {
            before = newest.get();
            node.next = before;
        } while (!newest.compareAndSet(before, node));
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /** Everything, the oldest first; null when there is nothing. */
    Node<T> takeAll() {
        Node<T> node = newest.get() == null ? null : newest.getAndSet(null);
        Node<T> taken = null;
        while (node != null) {
            Node<T> older = node.next;
            node.next = taken;
            taken = node;
            node = older;
        }
        return taken;
    }
}
