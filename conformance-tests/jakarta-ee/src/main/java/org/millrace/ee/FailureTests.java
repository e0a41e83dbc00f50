package org.millrace.ee;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** What happens when one side dies. */
public abstract class FailureTests extends ServerTest {
    private static final int KILLS = 3;
    private static final int LOAD = 400;

    @Test
    @Spec("INB-17")
    void applicationIsDeployedWithoutABrokerAndReceivesWhenItIsThere() throws Exception {
        deployer.undeploy(APPLICATION);
        ForkedBroker.get().kill();
        deployer.deploy(APPLICATION);
        refused("sendWithoutTransaction", "queue", "nowhere", "body", "lost");

        ForkedBroker.get().start();

        List<String> sent = send("orders", unique("late") + "-", 10);
        assertThat(take("replies", 10)).containsExactlyInAnyOrderElementsOf(sent);
    }

    @Test
    @Spec("INB-17")
    void beansComeBackAfterTheBrokerWasKilledUnderLoadAndNothingIsLostOrDoubled() throws Exception {
        String name = unique("load") + "-";
        CompletableFuture<List<String>> sending =
                CompletableFuture.supplyAsync(() -> send("orders", name, LOAD));
        Set<String> replies = new TreeSet<>();
        List<String> all = new ArrayList<>();
        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = kill * LOAD / (KILLS + 2);
            Waiting.until(
                    enough + " replies",
                    () -> {
                        all.addAll(take("replies", 100L));
                        return all.size() >= enough;
                    });
            ForkedBroker.get().kill();
            ForkedBroker.get().start();
        }
        List<String> sent = sending.join();
        Waiting.until(
                "all are answered",
                () -> {
                    all.addAll(take("replies", 300L));
                    replies.addAll(all);
                    return replies.size() >= sent.size();
                });
        assertThat(replies).containsExactlyInAnyOrderElementsOf(sent);
        String[] rows = rows("order").split(" ");
        assertThat(rows[0]).as("no row twice").isEqualTo(rows[1]);
    }

    @Test
    @Spec({"INB-15", "XA-6"})
    void transactionIsFinishedAfterTheServerDiedBetweenPrepareAndCommit() throws Exception {
        String queue = unique("halted");
        String before = rows("halted");
        try {
            String unused = command("sendAndHalt", "queue", queue, "body", queue);
            throw new AssertionError("the server did not end: " + unused);
        } catch (IllegalStateException gone) {
            assertThat(gone).hasMessageContaining("sendAndHalt");
        }
        ServerKit.get().restart(controller, SERVER);

        assertThat(take(queue, 1)).containsExactly(queue);
        Waiting.until("the row is there, too", () -> !rows("halted").equals(before));
    }
}
