/** Tests that are the same in every Jakarta EE server; run by the modules beside this one. */
package org.millrace.ee;
