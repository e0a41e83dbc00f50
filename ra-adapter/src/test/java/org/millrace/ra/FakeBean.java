package org.millrace.ra;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/**
 * A message-driven bean with its container: begins a branch before a delivery and commits it in one
 * phase afterwards, or rolls it back when the bean has thrown.
 */
final class FakeBean implements MessageEndpointFactory {
    /** What the bean does with a message. */
    interface Body {
        void onMessage(Message message) throws JMSException;
    }

    private static final AtomicLong BRANCHES = new AtomicLong();

    private final String name;
    private final boolean transacted;
    private final Body body;

    final List<String> received = new CopyOnWriteArrayList<>();
    final AtomicInteger openEndpoints = new AtomicInteger();
    final AtomicInteger mostEndpoints = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();

    /** How many of the next endpoints the server fails to make. */
    final AtomicInteger brokenEndpoints = new AtomicInteger();

    /** Timeouts of branches, as the resource has them. */
    final List<Integer> timeouts = new CopyOnWriteArrayList<>();

    /** At most so many endpoints at a time. */
    volatile int limit = Integer.MAX_VALUE;

    FakeBean(String name, boolean transacted, Body body) {
        this.name = name;
        this.transacted = transacted;
        this.body = body;
    }

    static FakeBean transacted(String name) {
        return new FakeBean(name, true, message -> {});
    }

    @Override
    public MessageEndpoint createEndpoint(XAResource resource) throws UnavailableException {
        if (brokenEndpoints.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new IllegalStateException("the component is not started");
        }
        int open = openEndpoints.incrementAndGet();
        if (open > limit) {
            openEndpoints.decrementAndGet();
            throw new UnavailableException("no bean is free");
        }
        mostEndpoints.accumulateAndGet(open, Math::max);
        return new Endpoint(resource);
    }

    @Override
    public MessageEndpoint createEndpoint(XAResource resource, long timeout)
            throws UnavailableException {
        return createEndpoint(resource);
    }

    @Override
    public boolean isDeliveryTransacted(Method method) {
        return transacted;
    }

    @Override
    public String getActivationName() {
        return name;
    }

    @Override
    public Class<?> getEndpointClass() {
        return FakeBean.class;
    }

    private final class Endpoint implements MessageEndpoint, MessageListener {
        private final XAResource resource;
        private Xid branch;
        private boolean failed;

        Endpoint(XAResource resource) {
            this.resource = resource;
        }

        @Override
        public void beforeDelivery(Method method) {
            branch = new Branch(BRANCHES.incrementAndGet());
            failed = false;
            try {
                // As Narayana does: its own timeout, each time.
                boolean unused = resource.setTransactionTimeout(300);
                resource.start(branch, XAResource.TMNOFLAGS);
                timeouts.add(resource.getTransactionTimeout());
            } catch (XAException refused) {
                throw new IllegalStateException("XA code " + refused.errorCode, refused);
            }
        }

        @Override
        public void onMessage(Message message) {
            try {
                body.onMessage(message);
                received.add(message.getBody(String.class));
            } catch (JMSException | RuntimeException thrown) {
                failed = true;
                failures.incrementAndGet();
                throw new IllegalStateException("the bean failed", thrown);
            }
        }

        @Override
        public void afterDelivery() {
            try {
                resource.end(branch, failed ? XAResource.TMFAIL : XAResource.TMSUCCESS);
                if (failed) {
                    resource.rollback(branch);
                } else {
                    resource.commit(branch, true);
                }
            } catch (XAException refused) {
                throw new IllegalStateException("XA code " + refused.errorCode, refused);
            }
        }

        @Override
        public void release() {
            openEndpoints.decrementAndGet();
        }
    }

    private record Branch(long number) implements Xid {
        @Override
        public int getFormatId() {
            return 7;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
