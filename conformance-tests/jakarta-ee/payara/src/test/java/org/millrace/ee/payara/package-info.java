/** The Jakarta EE tests in Payara. */
package org.millrace.ee.payara;
