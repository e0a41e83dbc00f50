package org.millrace.ee.wildfly;

import org.millrace.ee.MessagingTests;

class WildFlyMessagingIT extends MessagingTests {}
