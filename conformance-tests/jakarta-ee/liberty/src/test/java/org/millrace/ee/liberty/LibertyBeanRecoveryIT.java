package org.millrace.ee.liberty;

import org.millrace.ee.BeanRecoveryTests;

class LibertyBeanRecoveryIT extends BeanRecoveryTests {}
