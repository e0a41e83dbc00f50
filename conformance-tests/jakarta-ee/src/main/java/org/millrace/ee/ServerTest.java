package org.millrace.ee;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.millrace.ee.app.Commands;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * A server with the adapter and the application, seen from outside: commands over HTTP, messages
 * with a client of the broker. {@code extends} because Arquillian wants the deployment in the test.
 */
@ArquillianTest
abstract class ServerTest {
    static final String SERVER = "server";
    static final String APPLICATION = "app";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

    @ArquillianResource ContainerController controller;
    @ArquillianResource Deployer deployer;

    @Deployment(name = APPLICATION, managed = false, testable = false)
    @TargetsContainer(SERVER)
    public static WebArchive application() {
        WebArchive application =
                ShrinkWrap.create(WebArchive.class, APPLICATION + ".war")
                        .addPackage(Commands.class.getPackage());
        ServerKit.get().fit(application);
        return application;
    }

    @BeforeEach
    void deploy() throws Exception {
        if (!ForkedBroker.get().isRunning()) {
            ForkedBroker.get().start();
        }
        if (!controller.isStarted(SERVER)) {
            controller.start(SERVER);
        }
        deployer.deploy(APPLICATION);
        command("prepare");
    }

    @AfterEach
    void undeploy() {
        if (controller.isStarted(SERVER)) {
            deployer.undeploy(APPLICATION);
        }
    }

    // ---- the application

    private HttpResponse<String> get(String application, String name, String... parameters) {
        StringBuilder query = new StringBuilder("do=" + name);
        for (int i = 0; i < parameters.length; i += 2) {
            query.append('&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        URI uri =
                URI.create(
                        "http://127.0.0.1:%s/%s/commands?%s"
                                .formatted(System.getProperty("server.http"), application, query));
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(120)).build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException refused) {
            throw new IllegalStateException(name + ": " + refused, refused);
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /** Has the application do it; gives what it says. */
    final String command(String name, String... parameters) {
        return ask(APPLICATION, name, parameters);
    }

    /** Has any application do it. */
    final String ask(String application, String name, String... parameters) {
        HttpResponse<String> response = get(application, name, parameters);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    /** Has the application do what must fail. */
    final String refused(String name, String... parameters) {
        HttpResponse<String> response = get(APPLICATION, name, parameters);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(500);
        return response.body();
    }

    /** Rows of a kind, and how many are different. */
    final String rows(String kind) {
        return command("count", "body", kind);
    }

    // ---- the broker

    static JMSContext client() {
        return new MillraceConnectionFactory(ForkedBroker.get().url() + "?connectAttempts=20")
                .createContext();
    }

    /** Takes what is in a queue, until nothing has come for a while. */
    static List<String> take(String queue, long patienceMillis) {
        try (JMSContext context = client()) {
            List<String> bodies = new ArrayList<>();
            var consumer = context.createConsumer(context.createQueue(queue));
            Message message;
            while ((message = consumer.receive(patienceMillis)) != null) {
                bodies.add(message.getBody(String.class));
            }
            return bodies;
        } catch (JMSException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    /** Takes so many messages from a queue, as long as it takes. */
    static List<String> take(String queue, int count) {
        List<String> bodies = new ArrayList<>();
        Waiting.until(
                count + " messages in " + queue,
                () -> {
                    bodies.addAll(take(queue, 500L));
                    return bodies.size() >= count;
                });
        return bodies;
    }

    static List<String> send(String queue, String prefix, int count) {
        try (JMSContext context = client()) {
            List<String> bodies = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                bodies.add(prefix + i);
                context.createProducer().send(context.createQueue(queue), prefix + i);
            }
            return bodies;
        }
    }

    /** A name that no other test has. */
    static String unique(String name) {
        return name + "-" + NUMBER.incrementAndGet();
    }
}
