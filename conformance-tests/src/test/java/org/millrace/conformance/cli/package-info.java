/** Commands of the command line, run in this process against a running broker. */
package org.millrace.conformance.cli;
