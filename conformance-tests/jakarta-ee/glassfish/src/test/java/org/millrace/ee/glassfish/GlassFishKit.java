package org.millrace.ee.glassfish;

import org.millrace.ee.asadmin.AsadminKit;

/** What is different in GlassFish: nothing. */
public final class GlassFishKit extends AsadminKit {}
