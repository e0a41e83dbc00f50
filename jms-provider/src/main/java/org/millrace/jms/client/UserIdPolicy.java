package org.millrace.jms.client;

/** Whether {@code JMSXUserID} is set on what is sent (§3.5.9). */
public enum UserIdPolicy {
    LEFT_OUT,
    /** To the user as the broker knows it. */
    POPULATED
}
