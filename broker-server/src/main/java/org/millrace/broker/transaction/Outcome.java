package org.millrace.broker.transaction;

/** Hears once how a request of a transaction manager ended. */
interface Outcome {
    void result(XaResult result, String message);

    default void ok() {
        result(XaResult.OK, "");
    }
}
