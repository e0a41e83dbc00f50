package org.millrace.benchmarks;

/**
 * What one round of one scenario measured.
 *
 * @param perSecond operations per second over all threads
 * @param medianMicros median time of one operation in microseconds, 0 when operations were not
 *     timed one by one
 * @param p99Micros 99th percentile likewise
 */
public record Sample(double perSecond, double medianMicros, double p99Micros) {}
