/** The command line of a standalone broker. */
package org.millrace.broker.cli;
