package org.millrace.ee.wildfly;

import java.nio.file.Path;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.ResourceAdapterArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.millrace.ee.ServerKit;

/** What is different in WildFly. */
public final class WildFlyKit implements ServerKit {
    private static final Path IRONJACAMAR =
            Path.of("..", "..", "..", "docs", "jakarta-ee", "ironjacamar.xml");
    private static final String NAMES =
            """
            factory=java:/jms/millraceCF
            datasource=java:/jdbc/events
            transactions=java:jboss/TransactionManager
            """;

    /** An application that defines a factory itself must see the classes of the adapter. */
    private static final String STRUCTURE =
            """
            <jboss-deployment-structure>
                <deployment>
                    <dependencies>
                        <module name="deployment.millrace.rar"/>
                    </dependencies>
                </deployment>
            </jboss-deployment-structure>
            """;

    /** Its factory is named in {@code ironjacamar.xml}. */
    private static final String BINDING =
            """
            <jboss xmlns="http://www.jboss.com/xml/ns/javaee"
                   xmlns:jee="http://java.sun.com/xml/ns/javaee"
                   xmlns:ra="urn:resource-adapter-binding">
                <jee:assembly-descriptor>
                    <ra:resource-adapter-binding>
                        <jee:ejb-name>ShopBean</jee:ejb-name>
                        <ra:resource-adapter-name>#millrace.rar</ra:resource-adapter-name>
                    </ra:resource-adapter-binding>
                </jee:assembly-descriptor>
            </jboss>
            """;

    @Override
    public void fit(WebArchive application) {
        application
                .addClass(WildFlyInjected.class)
                .addAsResource(new StringAsset(NAMES), "names.properties")
                .addAsWebInfResource(new StringAsset(STRUCTURE), "jboss-deployment-structure.xml")
                .addAsWebInfResource(new StringAsset("<beans/>"), "beans.xml");
    }

    @Override
    public String fit(WebArchive shop, ResourceAdapterArchive adapter) {
        shop.addAsWebInfResource(new StringAsset(BINDING), "jboss-ejb3.xml");
        adapter.addAsManifestResource(IRONJACAMAR.toFile(), "ironjacamar.xml");
        return "java:/MillraceConnectionFactory";
    }
}
