/** Typed settings of a broker and where they come from. */
package org.millrace.broker.settings;
