package org.millrace.ee.glassfish;

import org.millrace.ee.EarTests;

class GlassFishEarIT extends EarTests {}
