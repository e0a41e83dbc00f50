/** From applications to the broker: pooled connections, and the handles that applications hold. */
package org.millrace.ra.outbound;
