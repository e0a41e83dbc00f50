package org.millrace.ee;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.ResourceAdapterArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.millrace.ee.shop.Shop;
import org.millrace.foundation.Spec;

/** The adapter inside an application, where a server can do that. */
public abstract class EarTests extends ServerTest {
    private static final String SHOP = "shop";
    private static final String WEB = "shop-web";
    private static final int DEPLOYMENTS = 2;
    private static final String FACTORY =
            """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
                <resource-ref>
                    <res-ref-name>jms/factory</res-ref-name>
                    <res-type>jakarta.jms.ConnectionFactory</res-type>
                    <lookup-name>%s</lookup-name>
                </resource-ref>
            </web-app>
            """;

    @Deployment(name = SHOP, managed = false, testable = false)
    @TargetsContainer(SERVER)
    public static EnterpriseArchive shop() {
        ResourceAdapterArchive adapter =
                ShrinkWrap.createFromZipFile(
                        ResourceAdapterArchive.class,
                        Path.of(System.getProperty("millrace.rar")).toFile());
        WebArchive web =
                ShrinkWrap.create(WebArchive.class, WEB + ".war")
                        .addPackage(Shop.class.getPackage());
        String factory = ServerKit.get().fit(web, adapter);
        return ShrinkWrap.create(EnterpriseArchive.class, SHOP + ".ear")
                .addAsModule(adapter)
                .addAsModule(web.setWebXML(new StringAsset(FACTORY.formatted(factory))));
    }

    @Test
    @Spec({"RA-2", "RA-6"})
    void adapterInsideAnApplicationWorksAndGoesWithIt() {
        int threads = number("threads");
        int adapters = number("adapters");
        for (int i = 0; i < DEPLOYMENTS; i++) {
            String kept = unique("kept");
            deployer.deploy(SHOP);
            try {
                ask(WEB, "buy", "body", unique("gone"), "end", "rollback");
                ask(WEB, "buy", "body", kept, "end", "commit");
                assertThat(take("delivered", 1)).containsExactly(kept);
                assertThat(number("adapters")).isGreaterThan(adapters);
            } finally {
                deployer.undeploy(SHOP);
            }
            assertThat(take("bought", 100L)).isEqualTo(List.of());
        }
        Waiting.until("its threads are gone", () -> number("threads") <= threads);
        // One may be left: idle threads of a server know their last work for a while.
        Waiting.until("nothing holds adapters", () -> number("adapters") <= adapters + 1);
    }

    private int number(String what) {
        return Integer.parseInt(command(what));
    }
}
