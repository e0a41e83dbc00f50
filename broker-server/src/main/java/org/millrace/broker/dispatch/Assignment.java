package org.millrace.broker.dispatch;

/** Who of the consumers of a subscription may get what. */
public enum Assignment {
    /** Everybody everything: nobody owns a partition. */
    SHARED,
    /** Each partition is one consumer's; what is in flight with another is waited for. */
    EXCLUSIVE
}
