/**
 * The log engine: everything durable happens through {@link
 * org.millrace.persistence.LogEngine#commit}. Knows nothing of frames, links or JMS.
 */
package org.millrace.persistence;
