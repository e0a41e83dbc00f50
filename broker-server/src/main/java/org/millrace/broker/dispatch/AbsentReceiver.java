package org.millrace.broker.dispatch;

/**
 * Stands for the consumer of messages that are in doubt: its session may be long gone. Never gets
 * anything; keeps nobody from joining its subscription.
 */
final class AbsentReceiver implements Receiver {
    @Override
    public boolean isReady() {
        return false;
    }

    @Override
    public boolean hasCredit() {
        return false;
    }

    @Override
    public int buffered() {
        return 0;
    }

    @Override
    public void deliver(Dispatched message) {
        throw new IllegalStateException("a message was delivered to nobody");
    }

    @Override
    public void flush() {
        // Nothing was delivered.
    }

    @Override
    public void reclaim() {
        throw new IllegalStateException("a message was reclaimed from nobody");
    }

    @Override
    public boolean sharesSessionWith(Receiver other) {
        return true;
    }

    @Override
    public void moved(Subscription to, Seat seat) {
        // It sits nowhere.
    }

    @Override
    public void closed(String reason) {
        // Nobody has to be told.
    }
}
