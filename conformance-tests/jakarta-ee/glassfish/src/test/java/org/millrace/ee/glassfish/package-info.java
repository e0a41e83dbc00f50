/** The Jakarta EE tests in GlassFish. */
package org.millrace.ee.glassfish;
