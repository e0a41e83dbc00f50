/**
 * The record format: Kafka's RecordBatch v2 and what we put into records. Imports {@code java.*}
 * and foundation only.
 */
package org.millrace.wire.record;
