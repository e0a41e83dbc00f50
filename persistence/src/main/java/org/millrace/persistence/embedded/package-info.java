/**
 * The embedded engine: one journal, partition logs behind it, a catalog for checkpoints. Start
 * reading at {@link org.millrace.persistence.embedded.CommitRound}.
 */
package org.millrace.persistence.embedded;
