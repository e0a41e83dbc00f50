package org.millrace.broker.simulation;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What happened in a run, event by event. Text is only made for whoever listens; the last {@value
 * #KEPT} events are kept to explain a failure.
 */
final class Story {
    private record Event(long number, long nanos, String format, Object[] arguments) {
        @Override
        public String toString() {
            return "%6d %12.6f s  %s"
                    .formatted(number, nanos / 1e9, String.format(format, arguments));
        }
    }

    private static final int KEPT = 400;

    private final Optional<Consumer<String>> listener;
    private final LongSupplier nanoTime;
    private final ArrayDeque<Event> last = new ArrayDeque<>(KEPT);
    private long events;

    Story(Optional<Consumer<String>> listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** The arguments must not change afterwards. */
    void tell(String format, Object... arguments) {
        Event event = new Event(++events, nanoTime.getAsLong(), format, arguments);
        if (last.size() == KEPT) {
            last.poll();
        }
        last.add(event);
        listener.ifPresent(heard -> heard.accept(event.toString()));
    }

    long events() {
        return events;
    }

    /** The end of it. */
    String ending() {
        StringBuilder text = new StringBuilder();
        last.forEach(event -> text.append(event).append('\n'));
        return text.toString();
    }
}
