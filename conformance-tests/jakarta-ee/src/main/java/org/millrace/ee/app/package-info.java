/** The application that the tests deploy. */
package org.millrace.ee.app;
