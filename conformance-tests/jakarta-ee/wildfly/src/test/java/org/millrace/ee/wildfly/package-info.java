/** The Jakarta EE tests in WildFly. */
package org.millrace.ee.wildfly;
