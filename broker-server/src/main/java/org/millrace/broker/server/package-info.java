/** The heart of a broker, and what surrounds it in a process: threads, sockets, start and stop. */
package org.millrace.broker.server;
