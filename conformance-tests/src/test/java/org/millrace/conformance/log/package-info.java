/** What queues and topics can do because they are logs, by plain JMS. */
package org.millrace.conformance.log;
