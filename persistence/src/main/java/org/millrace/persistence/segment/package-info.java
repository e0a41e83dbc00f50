/**
 * Partition logs on disk, in Apache Kafka's file formats. Written by the flusher loop, read by any
 * number of reader threads.
 */
package org.millrace.persistence.segment;
