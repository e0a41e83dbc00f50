package org.millrace.ee.liberty;

import org.millrace.ee.FailureTests;

class LibertyFailuresIT extends FailureTests {}
