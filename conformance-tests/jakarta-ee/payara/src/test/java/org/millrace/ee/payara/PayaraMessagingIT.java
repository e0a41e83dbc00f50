package org.millrace.ee.payara;

import org.millrace.ee.MessagingTests;

class PayaraMessagingIT extends MessagingTests {}
