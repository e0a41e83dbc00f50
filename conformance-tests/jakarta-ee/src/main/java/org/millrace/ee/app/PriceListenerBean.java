package org.millrace.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Reads prices from a topic; hears what is said while it is there. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationType",
                    propertyValue = "jakarta.jms.Topic"),
            @ActivationConfigProperty(propertyName = "destinationName", propertyValue = "prices"),
            @ActivationConfigProperty(propertyName = "reconnectInterval", propertyValue = "500"),
            @ActivationConfigProperty(
                    propertyName = "messageSelector",
                    propertyValue = "JMSPriority < 9"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "4")
        })
public class PriceListenerBean implements MessageListener {
    @EJB private Events events;

    @Override
    public void onMessage(Message message) {
        try {
            events.add("listener", message.getBody(String.class));
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
