package org.millrace.jms.link;

import jakarta.jms.JMSException;
import java.util.function.LongFunction;
import org.millrace.wire.frame.Frame;

/**
 * Makes a line that was just opened what the one before it was. Called on the client event loop;
 * must not wait.
 */
public interface Restorer {
    /** Asks on the new line; the arrival hears exactly once, of its loss too. */
    interface Asking {
        void ask(LongFunction<Frame> frame, Reply.Arrival arrival);
    }

    /** Hears once how it went. */
    interface Outcome {
        void done();

        /** This line is of no use; another is tried. */
        void failed(JMSException why);
    }

    /** Opens the JMS connection, or resumes it. */
    void openConnection(Asking line, Outcome outcome);

    /** Opens sessions, producers and consumers again. */
    void restore(Asking line, Outcome outcome);
}
