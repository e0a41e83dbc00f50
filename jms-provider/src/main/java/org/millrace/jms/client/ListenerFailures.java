package org.millrace.jms.client;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.wire.frame.Frame.DeliveryFailure;

/**
 * What the listeners of one session threw on deliveries that are not given back yet, for the broker
 * to keep with a dead letter. The newest {@value #MAX} are kept. Any thread.
 */
final class ListenerFailures {
    private static final int MAX = 16;
    private static final int MESSAGE_CHARS = 400;

    private final Map<Long, String> causes = new LinkedHashMap<>();

    synchronized void add(long deliveryId, Throwable thrown) {
        causes.put(deliveryId, describe(thrown));
        if (causes.size() > MAX) {
            causes.remove(causes.keySet().iterator().next());
        }
    }

    /** All; none are left. */
    synchronized List<DeliveryFailure> take() {
        if (causes.isEmpty()) {
            return List.of();
        }
        List<DeliveryFailure> taken = new ArrayList<>();
        causes.forEach((id, cause) -> taken.add(new DeliveryFailure(id, cause)));
        causes.clear();
        return taken;
    }

    /** Class and message, and those of what was at the bottom of it. */
    static String describe(Throwable thrown) {
        Throwable root = thrown;
        // Bounded: causes may form a circle.
        for (int depth = 0; depth < 50 && root.getCause() != null; depth++) {
            root = root.getCause();
        }
        return root == thrown ? title(thrown) : title(thrown) + "; caused by " + title(root);
    }

    private static String title(Throwable thrown) {
        String name = thrown.getClass().getName();
        String message = thrown.getMessage();
        if (message == null) {
            return name;
        }
        return message.length() <= MESSAGE_CHARS
                ? name + ": " + message
                : name + ": " + message.substring(0, MESSAGE_CHARS) + "...";
    }
}
