package org.millrace.ee;

import java.io.IOException;
import java.util.ServiceLoader;
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

    /** The one of this module. */
    static ServerKit get() {
        return ServiceLoader.load(ServerKit.class).findFirst().orElseThrow();
    }
}
