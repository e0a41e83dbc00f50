package org.millrace.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Reads prices from a topic; is one of two that share a subscription. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationType",
                    propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "prices"),
            @ActivationConfigProperty(propertyName = "reconnectInterval", propertyValue = "500"),
            @ActivationConfigProperty(propertyName = "group", propertyValue = "readers"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
        })
public class PriceGroupBBean implements MessageListener {
    @EJB private Events events;

    @Override
    public void onMessage(Message message) {
        try {
            events.add("group", message.getBody(String.class));
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
