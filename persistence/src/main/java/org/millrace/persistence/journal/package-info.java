/**
 * The journal: units of work in preallocated, recycled files, their encoding, and the verdict on
 * what is found after a stop. Format: docs/storage-format.md.
 */
package org.millrace.persistence.journal;
