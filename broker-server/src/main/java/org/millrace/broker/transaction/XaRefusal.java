package org.millrace.broker.transaction;

/** What was asked of a branch is answered by this result, and it is not OK. */
final class XaRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final XaResult result;

    XaRefusal(XaResult result, String message) {
        // An answer, not an accident: no stack trace.
        super(message, null, false, false);
        this.result = result;
    }

    static XaRefusal of(XaResult result, String format, Object... arguments) {
        return new XaRefusal(result, format.formatted(arguments));
    }

    XaResult result() {
        return result;
    }
}
