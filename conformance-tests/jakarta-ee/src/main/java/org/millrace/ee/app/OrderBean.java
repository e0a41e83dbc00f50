package org.millrace.ee.app;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.EJB;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;

/** Takes an order, writes a row, answers: all or nothing. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationType",
                    propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(
                    propertyName = "destinationName",
                    propertyValue = "orders?maxDeliveries=3"),
            @ActivationConfigProperty(propertyName = "reconnectInterval", propertyValue = "500"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "8")
        })
public class OrderBean implements MessageListener {
    @EJB private Events events;

    @Override
    public void onMessage(Message message) {
        try {
            String body = message.getBody(String.class);
            events.add("order", body);
            try (JMSContext context = Sender.factory().createContext()) {
                context.createProducer().send(context.createQueue("replies"), body);
            }
            if (body.startsWith("poison")) {
                throw new IllegalStateException("on purpose");
            }
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
