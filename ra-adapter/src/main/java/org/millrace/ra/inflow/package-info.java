/** From the broker to message-driven beans. */
package org.millrace.ra.inflow;
