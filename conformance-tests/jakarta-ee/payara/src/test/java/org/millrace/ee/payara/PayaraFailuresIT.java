package org.millrace.ee.payara;

import org.millrace.ee.FailureTests;

class PayaraFailuresIT extends FailureTests {}
