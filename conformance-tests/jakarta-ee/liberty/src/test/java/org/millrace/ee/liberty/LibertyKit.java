package org.millrace.ee.liberty;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.spi.client.container.LifecycleException;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.millrace.ee.ServerKit;

/** What is different in Open Liberty. */
public final class LibertyKit implements ServerKit {
    private static final String NAMES =
            """
            factory=jms/millraceCF
            datasource=jdbc/events
            transactions=transactions
            """;

    private final Path servers =
            Path.of(System.getProperty("server.home")).resolve(Path.of("usr", "servers"));

    @Override
    public void fit(WebArchive application) {
        application
                .addClass(LibertyInjected.class)
                .addAsResource(new StringAsset(NAMES), "names.properties")
                .addAsWebInfResource(new StringAsset(specOfBeans()), "ibm-ejb-jar-bnd.xml")
                .addAsWebInfResource(new StringAsset("<beans/>"), "beans.xml");
    }

    private static String specOfBeans() {
        return BEANS.stream()
                .map(
                        bean ->
                                """
                                <message-driven name="%s">
                                    <jca-adapter activation-spec-binding-name="millrace"/>
                                </message-driven>
                                """
                                        .formatted(bean))
                .collect(
                        Collectors.joining(
                                "",
                                "<ejb-jar-bnd xmlns=\"http://websphere.ibm.com/xml/ns/javaee\" version=\"1.2\">",
                                "</ejb-jar-bnd>"));
    }

    /** A fresh server, with a name of its own: Arquillian finds its process by the name. */
    @Override
    public void prepare(int portOffset) throws IOException {
        deleteAll(servers);
        String name = "millrace-" + portOffset;
        System.setProperty("server.name", name);
        Path server = Files.createDirectories(servers.resolve(name));
        try (InputStream configuration = LibertyKit.class.getResourceAsStream("/server.xml")) {
            long unused = Files.copy(configuration, server.resolve("server.xml"));
        }
        Properties variables = new Properties();
        variables.setProperty("http.port", System.getProperty("server.http"));
        variables.setProperty("millrace.url", System.getProperty("millrace.url"));
        variables.setProperty("millrace.rar", System.getProperty("millrace.rar"));
        variables.setProperty("h2.jar", onClassPath("/h2-"));
        variables.setProperty("kit.classes", onClassPath("/test-classes"));
        try (Writer file = Files.newBufferedWriter(server.resolve("bootstrap.properties"))) {
            variables.store(file, null);
        }
    }

    private static String onClassPath(String part) {
        return Stream.of(System.getProperty("java.class.path").split(":"))
                .filter(entry -> entry.contains(part))
                .findFirst()
                .orElseThrow();
    }

    private static void deleteAll(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** Arquillian's stop fails, for there is no process; its start makes a new one. */
    @Override
    public void restart(ContainerController controller, String container) {
        assertThatThrownBy(() -> controller.stop(container)).isInstanceOf(LifecycleException.class);
        controller.start(container);
    }
}
