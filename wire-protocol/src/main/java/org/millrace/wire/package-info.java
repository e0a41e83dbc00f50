/**
 * What both ends of a link agree on: addresses, error codes. Knows nothing of jakarta.jms, disks,
 * threads.
 */
package org.millrace.wire;
