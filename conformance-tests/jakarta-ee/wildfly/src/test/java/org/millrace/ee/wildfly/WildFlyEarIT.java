package org.millrace.ee.wildfly;

import org.millrace.ee.EarTests;

class WildFlyEarIT extends EarTests {}
