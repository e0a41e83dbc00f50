package org.millrace.ee.wildfly;

import org.millrace.ee.FailureTests;

class WildFlyFailuresIT extends FailureTests {}
