package org.millrace.ee.glassfish;

import org.millrace.ee.MessagingTests;

class GlassFishMessagingIT extends MessagingTests {}
