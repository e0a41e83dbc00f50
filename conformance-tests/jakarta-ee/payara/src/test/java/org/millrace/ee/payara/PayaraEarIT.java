package org.millrace.ee.payara;

import org.millrace.ee.EarTests;

class PayaraEarIT extends EarTests {}
