package org.millrace.jms.message;

/** Hints of a producer (§3.4.3, §3.4.4). Both are honoured. */
public enum SendHint {
    DISABLE_MESSAGE_ID,
    DISABLE_TIMESTAMP
}
