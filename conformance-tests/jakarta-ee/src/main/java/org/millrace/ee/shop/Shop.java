package org.millrace.ee.shop;

import jakarta.annotation.Resource;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;

/** Sends what is bought, in the container's transaction. */
@Stateless
public class Shop {
    @Resource(name = "jms/factory")
    private ConnectionFactory factory;

    @Resource private SessionContext session;

    /** Sends, or not: {@code commit}, {@code rollback}. */
    public void buy(String body, String end) {
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("bought"), body);
        }
        if (end.equals("rollback")) {
            session.setRollbackOnly();
        }
    }
}
