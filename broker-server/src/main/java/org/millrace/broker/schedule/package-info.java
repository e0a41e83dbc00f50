/** Messages that wait for their delivery time (§7.9). Knows nothing of frames and destinations. */
package org.millrace.broker.schedule;
