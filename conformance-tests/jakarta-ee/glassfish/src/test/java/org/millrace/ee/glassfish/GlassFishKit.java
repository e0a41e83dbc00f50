package org.millrace.ee.glassfish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.millrace.ee.ServerKit;

/** What is different in GlassFish. */
public final class GlassFishKit implements ServerKit {
    private static final Pattern PORT = Pattern.compile("(port=\"|telnet.port=)(\\d+)");
    private static final List<String> BEANS =
            List.of(
                    "OrderBean",
                    "PriceLedgerBean",
                    "PriceGroupABean",
                    "PriceGroupBBean",
                    "PriceListenerBean");
    private static final String NAMES =
            """
            factory=jms/millraceCF
            datasource=jdbc/events
            transactions=java:appserver/TransactionManager
            """;

    private final Path home = Path.of(System.getProperty("server.home"));
    private final Path domain = home.resolve(Path.of("glassfish", "domains", "domain1"));

    @Override
    public void fit(WebArchive application) {
        application
                .addClass(GlassFishInjected.class)
                .addAsResource(new StringAsset(NAMES), "names.properties")
                .addAsWebInfResource(new StringAsset(adapterOfBeans()), "glassfish-ejb-jar.xml")
                .addAsWebInfResource(new StringAsset("<beans/>"), "beans.xml");
    }

    private static String adapterOfBeans() {
        return BEANS.stream()
                .map(
                        bean ->
                                """
                                <ejb>
                                    <ejb-name>%s</ejb-name>
                                    <mdb-resource-adapter>
                                        <resource-adapter-mid>millrace</resource-adapter-mid>
                                    </mdb-resource-adapter>
                                </ejb>
                                """
                                        .formatted(bean))
                .collect(
                        Collectors.joining(
                                "",
                                "<glassfish-ejb-jar><enterprise-beans>",
                                "</enterprise-beans></glassfish-ejb-jar>"));
    }

    @Override
    public void prepare(int portOffset) throws IOException, InterruptedException {
        movePorts(portOffset);
        Path h2 =
                Stream.of(System.getProperty("java.class.path").split(":"))
                        .filter(jar -> jar.contains("/h2-"))
                        .map(Path::of)
                        .findFirst()
                        .orElseThrow();
        Files.copy(
                h2, domain.resolve("lib").resolve("h2.jar"), StandardCopyOption.REPLACE_EXISTING);
        Path commands = domain.resolve("configure.asadmin");
        Files.writeString(commands, commands());
        String admin = String.valueOf(4848 + portOffset);
        asadmin("start-domain");
        asadmin("--port", admin, "multimode", "--file", commands.toString());
        asadmin("stop-domain");
    }

    /** Arquillian need not know: it takes the server for one that has run all the time. */
    @Override
    public void restart(ContainerController controller, String container)
            throws IOException, InterruptedException {
        asadmin("start-domain");
    }

    /** Several servers on one machine, reachable from it only. */
    private void movePorts(int offset) throws IOException {
        Path file = domain.resolve("config").resolve("domain.xml");
        String text = Files.readString(file);
        text =
                PORT.matcher(text)
                        .replaceAll(
                                found ->
                                        found.group(1)
                                                + (Integer.parseInt(found.group(2)) + offset));
        Files.writeString(
                file,
                text.replace("0.0.0.0", "127.0.0.1")
                        .replace(
                                "<network-listener port=",
                                "<network-listener address=\"127.0.0.1\" port="));
    }

    private String commands() {
        String url = System.getProperty("millrace.url").replace(":", "\\\\:");
        String database = domain.resolve("events").toString();
        return """
               create-resource-adapter-config --property url=%s millrace
               deploy --type rar --name millrace %s
               create-connector-connection-pool --raname millrace --connectiondefinition jakarta.jms.ConnectionFactory --transactionsupport XATransaction --maxpoolsize 20 --maxwait 2000 millracePool
               create-connector-resource --poolname millracePool jms/millraceCF
               create-jdbc-connection-pool --datasourceclassname org.h2.jdbcx.JdbcDataSource --restype javax.sql.XADataSource --property URL=jdbc\\\\:h2\\\\:%s:user=sa:password=sa eventsPool
               create-jdbc-resource --connectionpoolid eventsPool jdbc/events
               set configs.config.server-config.transaction-service.automatic-recovery=true
               """
                .formatted(url, System.getProperty("millrace.rar"), database);
    }

    private void asadmin(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("asadmin").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
        builder.environment().put("AS_JAVA", System.getProperty("java.home"));
        int exit = builder.start().waitFor();
        if (exit != 0) {
            throw new IOException(command + " ended with " + exit);
        }
    }
}
