/**
 * The catalog: rows and cursor checkpoints, and the journal position that they stand for. The only
 * package that imports {@code java.sql}.
 */
package org.millrace.persistence.catalog;
