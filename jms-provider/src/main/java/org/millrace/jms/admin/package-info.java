/**
 * Administration of a broker by a program: {@link org.millrace.jms.admin.BrokerAdmin}. Facts come
 * as the records of {@code org.millrace.wire.admin}.
 */
package org.millrace.jms.admin;
