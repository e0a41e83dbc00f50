package org.millrace.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/**
 * Finds all it needs in JNDI: a topic called {@code quotes} and a queue connection factory whose
 * client identifier is {@code quote-reader}. The topic's kind is not said.
 */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationLookup",
                    propertyValue = "jms/looked-up"),
            @ActivationConfigProperty(
                    propertyName = "connectionFactoryLookup",
                    propertyValue = "jms/quoteCF"),
            @ActivationConfigProperty(propertyName = "reconnectInterval", propertyValue = "500"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "2")
        })
public class QuoteBean implements MessageListener {
    @EJB private Events events;

    @Override
    public void onMessage(Message message) {
        try {
            events.add("quote", message.getBody(String.class));
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
