/**
 * Connections, sessions, producers, consumers, browsers (Jakarta Messaging 3.1 chapters 6 to 8) and
 * the simplified API over them. Made by the connection factory only.
 */
package org.millrace.jms.client;
