/**
 * What administrators may ask and do, on the broker loop: one class for each group of operations.
 * Nothing in it waits; lists are answered in pages that cost a bounded amount of work.
 */
package org.millrace.broker.admin;
