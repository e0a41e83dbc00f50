/**
 * One link seen from the client: requests and their answers, the handshake, and what failures mean
 * in JMS terms. Knows nothing of sessions and messages.
 */
package org.millrace.jms.link;
