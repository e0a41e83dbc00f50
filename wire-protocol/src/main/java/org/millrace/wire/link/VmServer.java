package org.millrace.wire.link;

import java.util.Iterator;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.millrace.foundation.Check;
import org.millrace.foundation.Loop;
import org.millrace.wire.frame.LinkEnd;

/**
 * Accepts links from clients in the same process under a name: {@code vm://name}. Any thread.
 *
 * <p>Names are unique for the class loader that loaded this class.
 */
public final class VmServer implements AutoCloseable {
    private static final Map<String, VmServer> LISTENING = new ConcurrentHashMap<>();
    private static final Object STARTING = new Object();

    private final Loop loop;
    private final LinkSettings settings;
    private final Supplier<LinkListener> listeners;
    private volatile String name = "";

    /**
     * {@code listeners} gives the listener of each accepted link; called on the connecting thread.
     */
    public VmServer(Loop loop, LinkSettings settings, Supplier<LinkListener> listeners) {
        Check.argument(
                settings.end() == LinkEnd.BROKER, "a server is the broker's end of its links");
        this.loop = loop;
        this.settings = settings;
        this.listeners = listeners;
    }

    /** Listens under the name; an {@link IllegalStateException} when another does. */
    public void start(String vmName) {
        if (LISTENING.putIfAbsent(vmName, this) != null) {
            throw new IllegalStateException(
                    "a broker of this process already listens on vm://%s; close it first or choose another name"
                            .formatted(vmName));
        }
        name = vmName;
    }

    /** Accepts no more; links that are open stay. */
    @Override
    public void close() {
        LISTENING.remove(name, this);
    }

    static void startUnlessListening(String name) throws LinkConnectException {
        if (!listensOn(name)) {
            startEmbedded(name);
        }
    }

    static boolean listensOn(String name) {
        return LISTENING.containsKey(name);
    }

    static CompletionStage<Link> connect(
            String name, Loop clientLoop, LinkSettings settings, LinkListener listener) {
        CompletableFuture<Link> opened = new CompletableFuture<>();
        try {
            VmServer server = LISTENING.get(name);
            if (server == null) {
                server = startEmbedded(name);
            }
            DirectLinks links =
                    DirectLinks.open(
                            "vm://" + name,
                            new DirectLinks.Party(clientLoop, settings, listener),
                            new DirectLinks.Party(
                                    server.loop, server.settings, server.listeners.get()));
            clientLoop.execute(() -> opened.complete(links.client()));
        } catch (LinkConnectException absent) {
            opened.completeExceptionally(absent);
        }
        return opened;
    }

    /**
     * Starts an embedded broker with settings of its own ({@link EmbeddedBrokerStarter}).
     *
     * @throws LinkConnectException when no broker is on the class path
     */
    public static AutoCloseable startEmbedded(String name, Map<String, String> settings)
            throws LinkConnectException {
        synchronized (STARTING) {
            return starter(name).start(name, settings);
        }
    }

    private static VmServer startEmbedded(String name) throws LinkConnectException {
        synchronized (STARTING) {
            if (LISTENING.get(name) == null) {
                try {
                    starter(name).start(name);
                } catch (RuntimeException failed) {
                    throw new LinkConnectException(
                            "cannot connect to vm://%s: starting an embedded broker failed: %s"
                                    .formatted(name, failed.getMessage()),
                            failed);
                }
            }
            VmServer started = LISTENING.get(name);
            if (started == null) {
                throw new LinkConnectException(
                        "cannot connect to vm://%s: the embedded broker does not listen on it"
                                .formatted(name));
            }
            return started;
        }
    }

    private static EmbeddedBrokerStarter starter(String name) throws LinkConnectException {
        Iterator<EmbeddedBrokerStarter> found =
                ServiceLoader.load(
                                EmbeddedBrokerStarter.class,
                                EmbeddedBrokerStarter.class.getClassLoader())
                        .iterator();
        if (!found.hasNext()) {
            throw new LinkConnectException(
                    "cannot connect to vm://%s: no broker of this process listens on it, and no embedded broker is on the class path (add millrace-broker-server)"
                            .formatted(name));
        }
        return found.next();
    }
}
