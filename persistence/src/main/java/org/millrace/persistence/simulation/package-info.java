/** A disk in memory that fails on demand, for simulations of the engine and of whole brokers. */
package org.millrace.persistence.simulation;
