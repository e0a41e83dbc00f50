/** Sessions, their producers, consumers, deliveries and transactions. */
package org.millrace.broker.session;
