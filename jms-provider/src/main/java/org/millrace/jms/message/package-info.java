/**
 * The messages of the application: headers, properties, bodies, and their way into and out of
 * records. Knows nothing of sessions and links; what it needs of them is handed in.
 */
package org.millrace.jms.message;
