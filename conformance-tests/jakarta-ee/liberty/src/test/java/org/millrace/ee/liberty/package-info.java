/** The Jakarta EE tests in Open Liberty. */
package org.millrace.ee.liberty;
