package org.millrace.ee.liberty;

import org.millrace.ee.MessagingTests;

class LibertyMessagingIT extends MessagingTests {}
