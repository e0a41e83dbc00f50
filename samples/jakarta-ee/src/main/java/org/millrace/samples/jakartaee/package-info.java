/** Orders in a Jakarta EE server. */
package org.millrace.samples.jakartaee;
