package org.millrace.conformance.spec;

import jakarta.jms.CompletionListener;
import jakarta.jms.Message;
import java.util.ArrayList;
import java.util.List;

/** Writes down what it hears of asynchronous sends. Safe for any number of threads. */
final class Completions implements CompletionListener {
    private final List<Message> completed = new ArrayList<>();
    private final List<Exception> failed = new ArrayList<>();

    @Override
    public synchronized void onCompletion(Message message) {
        completed.add(message);
    }

    @Override
    public synchronized void onException(Message message, Exception exception) {
        failed.add(exception);
    }

    synchronized List<Message> completed() {
        return List.copyOf(completed);
    }

    synchronized List<Exception> failed() {
        return List.copyOf(failed);
    }

    /** How many callbacks there were. */
    synchronized int heard() {
        return completed.size() + failed.size();
    }
}
