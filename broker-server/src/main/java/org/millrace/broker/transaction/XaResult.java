package org.millrace.broker.transaction;

/** Return codes of the X/Open XA specification, as far as the broker gives them. */
public enum XaResult {
    OK(0),
    READ_ONLY(3),
    /** Nothing happened; to be asked again. */
    RETRY(4),
    /** An operator rolled the branch back. */
    HEURISTICALLY_ROLLED_BACK(6),
    /** An operator committed the branch. */
    HEURISTICALLY_COMMITTED(7),
    ROLLED_BACK(100),
    ROLLED_BACK_LINK_LOST(101),
    ROLLED_BACK_OTHER(104),
    ROLLED_BACK_TIMEOUT(106),
    /** The broker has no room for it now; the same work may succeed later. */
    ROLLED_BACK_TRANSIENT(107),
    RESOURCE_ERROR(-3),
    UNKNOWN_BRANCH(-4),
    INVALID(-5),
    PROTOCOL(-6),
    DUPLICATE(-8);

    private final int code;

    XaResult(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
