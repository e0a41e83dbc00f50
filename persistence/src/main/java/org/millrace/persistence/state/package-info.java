/**
 * What the engines add up in memory: the durable state and the committed batches of each partition.
 * No files, no threads.
 */
package org.millrace.persistence.state;
