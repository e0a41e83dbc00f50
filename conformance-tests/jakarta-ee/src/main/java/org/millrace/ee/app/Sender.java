package org.millrace.ee.app;

import jakarta.annotation.Resource;
import jakarta.ejb.EJB;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.ejb.TransactionAttribute;
import jakarta.ejb.TransactionAttributeType;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;

/** Sends, with a row in the database, in the container's transaction. */
@Stateless
public class Sender {
    @EJB private Events events;
    @Resource private SessionContext session;

    static ConnectionFactory factory() {
        return Names.find("factory", ConnectionFactory.class);
    }

    /** A message and a row, or neither. */
    public void send(String queue, String body, String end) {
        events.add("sent", body);
        try (JMSContext context = factory().createContext()) {
            context.createProducer().send(context.createQueue(queue), body);
        }
        if (end.equals("rollback")) {
            session.setRollbackOnly();
        } else if (end.equals("throw")) {
            throw new IllegalStateException("on purpose");
        }
    }

    /** By the classic API. */
    public void sendClassic(String queue, String body) throws JMSException {
        try (Connection connection = factory().createConnection();
                Session classic = connection.createSession()) {
            classic.createProducer(classic.createQueue(queue))
                    .send(classic.createTextMessage(body));
        }
    }

    /** Outside any transaction it counts at once. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public void sendWithoutTransaction(String queue, String body) {
        try (JMSContext context = factory().createContext()) {
            context.createProducer().send(context.createQueue(queue), body);
        }
    }

    /** As many connections as there are, or as many as were asked for; how many that was. */
    @TransactionAttribute(TransactionAttributeType.NOT_SUPPORTED)
    public int openAtOnce(int wanted) {
        List<JMSContext> open = new ArrayList<>();
        try {
            while (open.size() < wanted) {
                open.add(factory().createContext());
            }
        } catch (RuntimeException exhausted) {
            return open.size();
        } finally {
            open.forEach(JMSContext::close);
        }
        return open.size();
    }
}
