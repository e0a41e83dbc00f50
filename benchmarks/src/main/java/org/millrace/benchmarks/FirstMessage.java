package org.millrace.benchmarks;

import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import org.millrace.jms.MillraceConnectionFactory;

/** The smallest program that sends and receives through a broker in its own process. */
public final class FirstMessage {
    private FirstMessage() {}

    public static void main(String[] args) {
        try (JMSContext context = new MillraceConnectionFactory("vm://first").createContext()) {
            Queue queue = context.createQueue("first");
            context.createProducer().send(queue, "hello");
            System.out.println(
                    "RECEIVED " + context.createConsumer(queue).receiveBody(String.class, 5000));
        }
    }
}
