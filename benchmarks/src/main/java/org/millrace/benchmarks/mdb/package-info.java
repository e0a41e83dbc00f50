/** What {@code MdbBenchmark} deploys into WildFly. */
package org.millrace.benchmarks.mdb;
