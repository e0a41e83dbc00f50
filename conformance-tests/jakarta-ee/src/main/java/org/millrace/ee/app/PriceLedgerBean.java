package org.millrace.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Reads prices from a topic; keeps everything, by a durable subscription. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationType",
                    propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "prices"),
            @ActivationConfigProperty(propertyName = "reconnectInterval", propertyValue = "500"),
            @ActivationConfigProperty(
                    propertyName = "subscriptionDurability",
                    propertyValue = "Durable"),
            @ActivationConfigProperty(propertyName = "subscriptionName", propertyValue = "ledger")
        })
public class PriceLedgerBean implements MessageListener {
    @EJB private Events events;

    @Override
    public void onMessage(Message message) {
        try {
            events.add("ledger", message.getBody(String.class));
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
