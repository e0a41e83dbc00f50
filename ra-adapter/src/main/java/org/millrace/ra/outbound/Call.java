package org.millrace.ra.outbound;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import org.millrace.jms.client.Unchecked;

/** One call that a handle passes on. Stateless. */
final class Call {
    private Call() {}

    /** Calls; gives what the target threw as it threw it. */
    static Object pass(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** The exception as the method may throw it: checked, or as the simplified API has it. */
    static Exception fitting(Method method, JMSException checked) {
        boolean classic = Arrays.asList(method.getExceptionTypes()).contains(JMSException.class);
        return classic ? checked : Unchecked.of(checked);
    }

    /** Whether it is a failure of the messaging kind, in one API or the other. */
    static boolean isMessaging(Throwable thrown) {
        return thrown instanceof JMSException || thrown instanceof JMSRuntimeException;
    }

    /** What every proxy answers by itself: {@code equals}, {@code hashCode}, {@code toString}. */
    static Object ofObject(Object proxy, Object target, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "handle of " + target;
        };
    }
}
