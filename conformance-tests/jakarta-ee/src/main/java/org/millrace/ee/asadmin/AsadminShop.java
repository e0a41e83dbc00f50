package org.millrace.ee.asadmin;

import jakarta.ejb.Stateless;
import jakarta.jms.JMSConnectionFactoryDefinition;

/** Defines the factory of an application that brings the adapter along. */
@JMSConnectionFactoryDefinition(
        name = "java:app/jms/shopCF",
        interfaceName = "jakarta.jms.ConnectionFactory",
        resourceAdapter = "#millrace",
        properties = "org.glassfish.connector-connection-pool.transaction-support=XATransaction")
@Stateless
public class AsadminShop {}
