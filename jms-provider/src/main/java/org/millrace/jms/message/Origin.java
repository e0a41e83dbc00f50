package org.millrace.jms.message;

/**
 * Who sends: written into each message, so that the broker can honour {@code noLocal} (§8.3).
 *
 * @param clientId empty for none
 * @param userId becomes {@code JMSXUserID}; empty for none
 */
public record Origin(long connectionId, String clientId, String userId) {}
