/** JNDI without a naming server: names come from properties (§5). */
package org.millrace.jms.jndi;
