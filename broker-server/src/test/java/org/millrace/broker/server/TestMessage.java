package org.millrace.broker.server;

import java.time.Duration;
import java.util.Map;

/** A message to send, described. */
record TestMessage(
        String text,
        boolean persistent,
        int priority,
        Duration timeToLive,
        Duration delay,
        Map<String, Object> properties) {
    static TestMessage of(String text) {
        return new TestMessage(text, true, 4, Duration.ZERO, Duration.ZERO, Map.of());
    }

    TestMessage nonPersistent() {
        return new TestMessage(text, false, priority, timeToLive, delay, properties);
    }

    TestMessage priority(int level) {
        return new TestMessage(text, persistent, level, timeToLive, delay, properties);
    }

    TestMessage expiringIn(Duration time) {
        return new TestMessage(text, persistent, priority, time, delay, properties);
    }

    TestMessage delayed(Duration time) {
        return new TestMessage(text, persistent, priority, timeToLive, time, properties);
    }

    TestMessage with(String name, Object value) {
        return new TestMessage(text, persistent, priority, timeToLive, delay, Map.of(name, value));
    }
}
