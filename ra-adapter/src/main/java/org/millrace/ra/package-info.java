/** The resource adapter: beans that a Jakarta EE server configures, and its life cycle. */
package org.millrace.ra;
