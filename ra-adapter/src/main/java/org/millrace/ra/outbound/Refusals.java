package org.millrace.ra.outbound;

import jakarta.jms.CompletionListener;
import java.lang.reflect.Method;
import java.util.Set;

/** What applications in web and enterprise bean containers may not call (§12.2). Stateless. */
final class Refusals {
    private static final Set<String> CALLBACKS =
            Set.of("setMessageListener", "getMessageListener", "setAsync", "run");
    private static final Set<String> CONNECTION =
            Set.of("setClientID", "setExceptionListener", "getExceptionListener", "stop");

    private Refusals() {}

    /** Whether a producer, consumer, session or context handle refuses it. */
    static boolean refuses(Method method) {
        String name = method.getName();
        return CALLBACKS.contains(name) || CONNECTION.contains(name) || isAsynchronous(method);
    }

    private static boolean isAsynchronous(Method method) {
        Class<?>[] parameters = method.getParameterTypes();
        return parameters.length > 0
                && parameters[parameters.length - 1] == CompletionListener.class;
    }
}
