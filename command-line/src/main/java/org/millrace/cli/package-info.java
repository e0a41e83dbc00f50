/** The command line {@code millrace}: runs a broker, and works with one that runs. */
package org.millrace.cli;
