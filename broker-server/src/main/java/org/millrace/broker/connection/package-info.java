/** Links that became connections: handshake, requests, back-pressure, loss. */
package org.millrace.broker.connection;
