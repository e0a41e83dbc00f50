/** What GlassFish and Payara have in common. */
package org.millrace.ee.asadmin;
