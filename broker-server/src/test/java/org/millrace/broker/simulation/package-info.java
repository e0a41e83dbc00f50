/**
 * The whole broker on one seeded thread, with model clients, a disk and links that fail, and a
 * ledger that knows what must be true. A seed replays event for event: {@code ./dev sim --seed N}.
 */
package org.millrace.broker.simulation;
