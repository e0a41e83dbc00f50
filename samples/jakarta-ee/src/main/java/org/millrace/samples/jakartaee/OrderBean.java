package org.millrace.samples.jakartaee;

import jakarta.ejb.ActivationConfigProperty;
import jakarta.ejb.MessageDriven;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Takes orders, eight at a time, each in a transaction of the container. */
@MessageDriven(
        activationConfig = {
            @ActivationConfigProperty(
                    propertyName = "destinationLookup",
                    propertyValue = "java:/jms/orders"),
            @ActivationConfigProperty(
                    propertyName = "destinationType",
                    propertyValue = "jakarta.jms.Queue"),
            @ActivationConfigProperty(propertyName = "maxSessions", propertyValue = "8")
        })
public class OrderBean implements MessageListener {
    private static final Logger LOG = Logger.getLogger(OrderBean.class.getName());

    @Override
    public void onMessage(Message message) {
        try {
            LOG.log(Level.INFO, "taken: {0}", message.getBody(String.class));
        } catch (JMSException unreadable) {
            // Rolled back, and delivered again; after ten times a dead letter.
            throw new IllegalStateException(unreadable);
        }
    }
}
