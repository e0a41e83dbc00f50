package org.millrace.ra.outbound;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;

/**
 * A producer, consumer or browser as an application in a container has it: refuses callbacks
 * (§12.2), is closed with its session handle. Used by the application's thread.
 */
final class EndpointHandle implements InvocationHandler {
    private final SessionHandle session;
    private final Object physical;

    private EndpointHandle(SessionHandle session, Object physical) {
        this.session = session;
        this.physical = physical;
    }

    /** The handle, with the interfaces of {@code jakarta.jms} that the physical one has. */
    static Object of(SessionHandle session, Object physical) {
        Class<?>[] interfaces =
                Arrays.stream(physical.getClass().getInterfaces())
                        .filter(type -> type.getPackageName().equals("jakarta.jms"))
                        .toArray(Class<?>[]::new);
        if (interfaces.length == 0) {
            interfaces = physical.getClass().getSuperclass().getInterfaces();
        }
        return Proxy.newProxyInstance(
                EndpointHandle.class.getClassLoader(),
                interfaces,
                new EndpointHandle(session, physical));
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return Call.ofObject(proxy, physical, method, arguments);
        }
        if (Refusals.refuses(method)) {
            throw Call.fitting(method, Failures.notInContainer(method.getName()));
        }
        if (method.getName().equals("close")) {
            session.forget(physical);
        }
        Object result = session.pass(physical, method, arguments);
        return result == physical ? proxy : result;
    }
}
