package org.millrace.ee;

import java.io.IOException;
import java.util.List;
import java.util.ServiceLoader;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.shrinkwrap.api.spec.ResourceAdapterArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** What is different in one server. Found by {@link ServiceLoader} in the module of the server. */
public interface ServerKit {
    /** The message-driven beans of the application. */
    List<String> BEANS =
            List.of(
                    "OrderBean",
                    "PriceLedgerBean",
                    "PriceGroupABean",
                    "PriceGroupBBean",
                    "PriceListenerBean",
                    "QuoteBean");

    /** Adds descriptors, names and the bean that names its resources by annotation. */
    void fit(WebArchive application);

    /**
     * Fits an application that brings the adapter along, {@code shop.ear} with {@code millrace.rar}
     * and a web application in it.
     *
     * @return what the adapter's connection factory is called in JNDI
     * @throws UnsupportedOperationException when the server takes no adapter inside an application
     */
    default String fit(WebArchive shop, ResourceAdapterArchive adapter) {
        throw new UnsupportedOperationException(
                getClass().getSimpleName() + ": this server takes no adapter inside an EAR");
    }

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
