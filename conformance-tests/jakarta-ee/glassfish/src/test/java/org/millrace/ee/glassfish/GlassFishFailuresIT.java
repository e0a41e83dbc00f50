package org.millrace.ee.glassfish;

import org.millrace.ee.FailureTests;

class GlassFishFailuresIT extends FailureTests {}
