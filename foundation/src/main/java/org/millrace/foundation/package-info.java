/** The few types that every module needs. Imports only {@code java.*}; at most a dozen files. */
package org.millrace.foundation;
