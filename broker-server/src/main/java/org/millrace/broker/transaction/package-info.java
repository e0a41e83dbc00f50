/** Transactions of sessions and branches of global transactions (§6.2.7, §6.2.8). */
package org.millrace.broker.transaction;
