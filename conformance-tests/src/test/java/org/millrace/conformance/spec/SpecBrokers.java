package org.millrace.conformance.spec;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.millrace.broker.Broker;

/**
 * One broker for each transport, shared by all specification tests of the JVM and closed after the
 * last.
 */
final class SpecBrokers implements BeforeAllCallback {
    private static final Namespace NAMESPACE = Namespace.create(SpecBrokers.class);
    private static final Map<Transport, String> URIS = new EnumMap<>(Transport.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> Running.start());
    }

    static String uri(Transport transport) {
        return URIS.get(transport);
    }

    private record Running(Broker tcp, Broker vm, Path directory) implements AutoCloseable {
        static Running start() {
            try {
                Path directory = Files.createTempDirectory("millrace-spec");
                Broker tcp =
                        Broker.builder().directory(directory).host("127.0.0.1").port(0).build();
                tcp.start();
                Broker vm = Broker.builder().inMemory().vm("spec").build();
                vm.start();
                URIS.put(Transport.TCP, "millrace://127.0.0.1:" + tcp.port());
                URIS.put(Transport.VM, "vm://spec");
                return new Running(tcp, vm, directory);
            } catch (Exception failed) {
                throw new IllegalStateException(
                        "cannot start the brokers for the specification tests", failed);
            }
        }

        @Override
        public void close() throws IOException {
            tcp.close();
            vm.close();
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
