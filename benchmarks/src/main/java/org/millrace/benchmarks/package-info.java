/** Benchmarks against peers in the same run. Own mains, not tests; nothing of this ships. */
package org.millrace.benchmarks;
