package org.millrace.ee.wildfly;

import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.millrace.ee.ServerKit;

/** What is different in WildFly. */
public final class WildFlyKit implements ServerKit {
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

    @Override
    public void fit(WebArchive application) {
        application
                .addClass(WildFlyInjected.class)
                .addAsResource(new StringAsset(NAMES), "names.properties")
                .addAsWebInfResource(new StringAsset(STRUCTURE), "jboss-deployment-structure.xml")
                .addAsWebInfResource(new StringAsset("<beans/>"), "beans.xml");
    }
}
