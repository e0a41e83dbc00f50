/**
 * What applications name: the connection factory and the destinations. Administered objects (§5.1):
 * serializable, referenceable, safe for any number of threads; making one touches no network.
 */
package org.millrace.jms;
