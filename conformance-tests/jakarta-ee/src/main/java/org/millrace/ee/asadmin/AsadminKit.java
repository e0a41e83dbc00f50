package org.millrace.ee.asadmin;

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
import org.jboss.shrinkwrap.api.spec.ResourceAdapterArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.millrace.ee.ServerKit;

/**
 * What GlassFish and Payara have in common: a domain that is configured by {@code asadmin}. {@code
 * extends} because a kit is found by its class.
 */
public abstract class AsadminKit implements ServerKit {
    private static final Pattern PORT = Pattern.compile("(port=\"|telnet.port=)(\\d+)");
    private static final String ELSEWHERE =
            """
            <jms-service type="REMOTE" default-jms-host="default_JMS_host">
                <jms-host name="default_JMS_host" host="127.0.0.1" port="7676"/>
            </jms-service>
            """;
    private static final String NAMES =
            """
            factory=jms/millraceCF
            datasource=jdbc/events
            transactions=java:appserver/TransactionManager
            """;

    private final Path home = Path.of(System.getProperty("server.home"));
    private final Path domain = home.resolve(Path.of("glassfish", "domains", "domain1"));

    @Override
    public final void fit(WebArchive application) {
        application
                .addClass(AsadminInjected.class)
                .addAsResource(new StringAsset(NAMES), "names.properties")
                .addAsWebInfResource(
                        new StringAsset(adapterOf("millrace", BEANS)), "glassfish-ejb-jar.xml")
                .addAsWebInfResource(new StringAsset("<beans/>"), "beans.xml");
    }

    @Override
    public final String fit(WebArchive shop, ResourceAdapterArchive adapter) {
        shop.addClass(AsadminShop.class)
                .addAsWebInfResource(
                        new StringAsset(adapterOf("shop#millrace", List.of("ShopBean"))),
                        "glassfish-ejb-jar.xml");
        return "java:app/jms/shopCF";
    }

    private static String adapterOf(String adapter, List<String> beans) {
        return beans.stream()
                .map(
                        bean ->
                                """
                                <ejb>
                                    <ejb-name>%s</ejb-name>
                                    <mdb-resource-adapter>
                                        <resource-adapter-mid>%s</resource-adapter-mid>
                                    </mdb-resource-adapter>
                                </ejb>
                                """
                                        .formatted(bean, adapter))
                .collect(
                        Collectors.joining(
                                "",
                                "<glassfish-ejb-jar><enterprise-beans>",
                                "</enterprise-beans></glassfish-ejb-jar>"));
    }

    @Override
    public final void prepare(int portOffset) throws IOException, InterruptedException {
        Path file = domain.resolve("config").resolve("domain.xml");
        Files.writeString(file, fit(moved(Files.readString(file), portOffset)));
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
    public final void restart(ContainerController controller, String container)
            throws IOException, InterruptedException {
        asadmin("start-domain");
    }

    /** Changes what else must be different before the first start. */
    protected String fit(String domain) {
        return domain;
    }

    /**
     * Several servers on one machine, reachable from it only. Their own messaging, which would
     * listen on a port of all addresses, is said to be elsewhere.
     */
    private static String moved(String domain, int offset) {
        return PORT.matcher(domain)
                .replaceAll(found -> found.group(1) + (Integer.parseInt(found.group(2)) + offset))
                .replace("0.0.0.0", "127.0.0.1")
                .replace(
                        "<config name=\"server-config\">",
                        "<config name=\"server-config\">" + ELSEWHERE)
                .replace(
                        "<network-listener port=", "<network-listener address=\"127.0.0.1\" port=");
    }

    private String commands() {
        String url = System.getProperty("millrace.url").replace(":", "\\\\:");
        String database = domain.resolve("events").toString();
        return """
               create-resource-adapter-config --property url=%1$s millrace
               create-resource-adapter-config --property url=%1$s shop#millrace
               deploy --type rar --name millrace %2$s
               create-connector-connection-pool --raname millrace --connectiondefinition jakarta.jms.ConnectionFactory --transactionsupport XATransaction --maxpoolsize 20 --maxwait 2000 millracePool
               create-connector-resource --poolname millracePool jms/millraceCF
               create-connector-connection-pool --raname millrace --connectiondefinition jakarta.jms.QueueConnectionFactory --transactionsupport XATransaction --property clientId=quote-reader quotePool
               create-connector-resource --poolname quotePool jms/quoteCF
               create-admin-object --raname millrace --restype jakarta.jms.Topic --property name=quotes jms/looked-up
               create-jdbc-connection-pool --datasourceclassname org.h2.jdbcx.JdbcDataSource --restype javax.sql.XADataSource --property URL=jdbc\\\\:h2\\\\:%3$s:user=sa:password=sa eventsPool
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
