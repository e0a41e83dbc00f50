package org.millrace.ee;

import java.io.IOException;
import java.util.ServiceLoader;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What is different in one server. Found by {@link ServiceLoader} in the module of the server. */
public interface ServerKit {
    /** Adds descriptors, names and the bean that names its resources by annotation. */
    void fit(WebArchive application);

    /**
     * Configures the server before it is started for the tests.
     *
     * @param portOffset how far its ports are to be moved
     */
    default void prepare(int portOffset) throws IOException, InterruptedException {}

    /** Starts the server again, with the application, after its process has died. */
    default void restart(ContainerController controller, String container)
            throws IOException, InterruptedException {
        controller.kill(container);
        controller.start(container);
    }

    /** The one of this module. */
    static ServerKit get() {
        return ServiceLoader.load(ServerKit.class).findFirst().orElseThrow();
    }
}
