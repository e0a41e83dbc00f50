package org.millrace.cli;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.millrace.broker.Broker;
import org.millrace.broker.settings.AnonymousAccess;
import org.millrace.broker.settings.BrokerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a broker in the foreground until it is interrupted. */
@Command(name = "start", description = "Runs a broker in the foreground; Ctrl-C stops it cleanly.")
final class StartCommand implements Callable<Integer> {
    @Option(names = "--config", description = "File with settings, in .properties form.")
    private Path config;

    @Option(names = "--data", description = "Data directory; default: data/broker.")
    private Path data;

    @Option(
            names = "--users",
            description = "File that says who may connect; default: users.properties in --data.")
    private Path users;

    @Option(
            names = "--anonymous",
            description = "Clients that do not say who they are: ${COMPLETION-CANDIDATES}.")
    private AnonymousAccess anonymous;

    @Option(names = "--in-memory", description = "Store nothing on disk.")
    private boolean inMemory;

    @Option(names = "--host", description = "Address to listen on; default: localhost.")
    private String host;

    @Option(names = "--port", description = "TCP port; 0 takes a free one; default: 7272.")
    private Integer port;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        BrokerConfig settings =
                BrokerConfig.load(config, Millrace.surroundings(spec).environment());
        Path directory = data != null ? data : settings.get(BrokerConfig.DATA);
        Broker.Builder plan =
                Broker.builder()
                        .config(settings)
                        .host(host != null ? host : settings.get(BrokerConfig.HOST))
                        .port(port != null ? port : settings.get(BrokerConfig.PORT))
                        .anonymous(
                                anonymous != null
                                        ? anonymous
                                        : settings.get(BrokerConfig.ANONYMOUS));
        Optional.ofNullable(users)
                .or(() -> settings.get(BrokerConfig.USERS))
                .ifPresent(plan::users);
        settings.tls().ifPresent(plan::tls);
        Broker broker = (inMemory ? plan.inMemory() : plan.directory(directory)).build();
        broker.start();
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "millrace-shutdown"));
        spec.commandLine()
                .getOut()
                .printf(
                        "Millrace is ready: port %d, %s. Ctrl-C stops it.%n",
                        broker.port(),
                        inMemory ? "in memory" : "data in " + directory.toAbsolutePath());
        spec.commandLine().getOut().flush();
        Optional<Throwable> failure = broker.awaitStop();
        failure.ifPresent(
                cause ->
                        spec.commandLine()
                                .getErr()
                                .println("the broker has stopped: " + cause.getMessage()));
        return failure.isPresent() ? Millrace.FAILED : Millrace.OK;
    }
}
