package org.millrace.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;

/** Apache Artemis with its NIO journal, forcing as it does by default. Arguments: directory. */
public final class ArtemisServer {
    private ArtemisServer() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        int port = FreePort.find();
        Configuration configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(true);
        configuration.setSecurityEnabled(false);
        configuration.setJournalType(JournalType.NIO);
        configuration.setJournalDirectory(directory.resolve("journal").toString());
        configuration.setBindingsDirectory(directory.resolve("bindings").toString());
        configuration.setPagingDirectory(directory.resolve("paging").toString());
        configuration.setLargeMessagesDirectory(directory.resolve("large").toString());
        // No waiting for company: one send alone is forced at once.
        configuration.setJournalBufferTimeout_NIO(1);
        configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
        configuration.addAddressSetting(
                "#", new AddressSettings().setAutoCreateQueues(true).setAutoCreateAddresses(true));
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
        System.out.println("READY " + port);
        new CountDownLatch(1).await();
    }
}
