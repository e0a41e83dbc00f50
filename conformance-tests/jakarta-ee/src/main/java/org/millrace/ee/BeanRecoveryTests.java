package org.millrace.ee;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import java.util.List;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import org.junit.jupiter.api.Test;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * Recovery of what message-driven beans have received. Apart from {@link FailureTests}: it takes a
 * minute, and matters where a server asks for a bean's resource by its configuration.
 */
public abstract class BeanRecoveryTests extends ServerTest {
    private static final int ATTEMPTS = 3;
    private static final int PRICES = 1000;

    /** Beans that send nothing: what they have prepared is found only by asking for them. */
    @Test
    void whatBeansHadPreparedWhenTheServerWasKilledIsFinished() throws Exception {
        int ledger = received("ledger");
        int group = received("group");
        int sent = 0;
        int inDoubt = 0;
        for (int kill = 0; kill < ATTEMPTS && inDoubt == 0; kill++) {
            sent += killUnderPrices();
            inDoubt = branchesInDoubt();
            ServerKit.get().restart(controller, SERVER);
        }
        assertThat(inDoubt).as("prepared in the broker when the server died").isPositive();

        Waiting.until("all is decided", () -> branchesInDoubt() == 0);
        int all = sent;
        Waiting.until("ledger has all", () -> received("ledger") >= ledger + all);
        Waiting.until("the group has all", () -> received("group") >= group + all);
        for (String kind : List.of("ledger", "group")) {
            String[] rows = rows(kind).split(" ");
            assertThat(rows[0]).as("%s: none twice", kind).isEqualTo(rows[1]);
        }
    }

    /** Kills the server while its beans are at work; gives how many prices were sent. */
    private int killUnderPrices() {
        int before = received("ledger");
        try (JMSContext context = client()) {
            String name = unique("price") + "-";
            for (int i = 0; i < PRICES; i++) {
                context.createProducer().send(context.createTopic("prices"), name + i);
            }
        }
        Waiting.until("the beans are at work", () -> received("ledger") > before);
        try {
            String unused = command("halt");
            throw new AssertionError("the server did not end: " + unused);
        } catch (IllegalStateException gone) {
            assertThat(gone).hasMessageContaining("halt");
        }
        return PRICES;
    }

    /** Different rows of a kind. */
    private int received(String kind) {
        return Integer.parseInt(rows(kind).split(" ")[1]);
    }

    private static int branchesInDoubt() {
        try (XAJMSContext context =
                new MillraceConnectionFactory(ForkedBroker.get().url()).createXAContext()) {
            return context.getXAResource()
                    .recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN)
                    .length;
        } catch (XAException refused) {
            throw new IllegalStateException(refused);
        }
    }
}
