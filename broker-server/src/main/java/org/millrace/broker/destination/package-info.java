/** Destinations, their partitions and their subscriptions. Knows nothing of links. */
package org.millrace.broker.destination;
