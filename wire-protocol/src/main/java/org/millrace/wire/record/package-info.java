/**
 * The record format: Kafka's RecordBatch v2 and what we put into records. Imports {@code java.*},
 * foundation and, each in one class, the optional compression libraries.
 */
package org.millrace.wire.record;
