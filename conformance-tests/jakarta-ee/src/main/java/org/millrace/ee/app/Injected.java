package org.millrace.ee.app;

/** A bean of one server that names its resources by annotation, as constants of the server. */
public interface Injected {
    /** With an injected context, in the container's transaction. */
    void send(String queue, String body, String end);

    /** With a factory and a destination that the application defines. */
    void sendToDefined(String body);
}
