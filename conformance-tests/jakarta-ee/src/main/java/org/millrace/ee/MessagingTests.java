package org.millrace.ee;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.JMSContext;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** What applications do with messages in a server. */
public abstract class MessagingTests extends ServerTest {
    // ---- beans that receive

    @Test
    @Spec({"INB-8", "EE-2"})
    void beanTakesMessageWritesRowAndAnswersInOneTransaction() {
        List<String> sent = send("orders", unique("order") + "-", 200);

        List<String> replies = take("replies", 200);

        assertThat(replies).containsExactlyInAnyOrderElementsOf(sent);
        String[] rows = rows("order").split(" ");
        assertThat(rows[0]).isEqualTo(rows[1]);
        assertThat(take("orders", 200L)).isEmpty();
    }

    @Test
    @Spec({"INB-9", "INB-11"})
    void messageThatItsBeanCannotTakeIsTriedAgainAndThenADeadLetter() {
        String poison = unique("poison");
        String before = rows("order");

        send("orders", poison, 1);

        assertThat(take("DLQ.queue.orders", 1)).containsExactly(poison + "0");
        assertThat(rows("order")).isEqualTo(before);
        assertThat(take("replies", 200L)).isEmpty();
    }

    @Test
    @Spec({"INB-6", "INB-14"})
    void durableSharedAndPlainSubscriptionsGetWhatTheyShould() {
        List<String> sent = new ArrayList<>();
        String name = unique("price") + "-";
        int before = distinct("ledger");
        int beforeGroup = distinct("group");
        try (JMSContext context = client()) {
            Waiting.until(
                    "the beans listen",
                    () -> {
                        context.createProducer()
                                .send(context.createTopic("prices"), unique("probe"));
                        return distinct("listener") > 0 && distinct("group") > 0;
                    });
            for (int i = 0; i < 100; i++) {
                sent.add(name + i);
                context.createProducer().send(context.createTopic("prices"), name + i);
            }
        }
        Waiting.until("ledger has all", () -> distinct("ledger") >= before + 100);
        Waiting.until("the group has all", () -> distinct("group") >= beforeGroup + 100);
        for (String kind : List.of("ledger", "group", "listener")) {
            String[] rows = rows(kind).split(" ");
            assertThat(rows[0]).as("%s: none twice", kind).isEqualTo(rows[1]);
        }

        deployer.undeploy(APPLICATION);
        String missed = unique("while-it-was-away");
        try (JMSContext context = client()) {
            context.createProducer().send(context.createTopic("prices"), missed);
        }
        deployer.deploy(APPLICATION);
        int all = distinct("ledger");
        Waiting.until(
                "what came meanwhile is there",
                () -> distinct("ledger") > all || distinct("ledger") >= before + 101);
    }

    /** A topic and a factory of queues, both configured in the server. */
    @Test
    @Spec("INB-5")
    void destinationAndFactoryOfABeanAreLookedUp() {
        int before = distinct("quote");
        try (JMSContext context = client()) {
            Waiting.until(
                    "the bean listens",
                    () -> {
                        context.createProducer()
                                .send(context.createTopic("quotes"), unique("quote"));
                        return distinct("quote") > before;
                    });
        }
        assertThatThrownBy(MessagingTests::connectAsTheFactoryDoes)
                .isInstanceOf(InvalidClientIDRuntimeException.class);

        deployer.undeploy(APPLICATION);
        connectAsTheFactoryDoes();
        deployer.deploy(APPLICATION);
    }

    private static void connectAsTheFactoryDoes() {
        try (JMSContext context = client()) {
            context.setClientID("quote-reader");
        }
    }

    private int distinct(String kind) {
        return Integer.parseInt(rows(kind).split(" ")[1]);
    }

    // ---- beans that send

    @Test
    @Spec("EE-2")
    void messageAndRowAreCommittedOrRolledBackTogether() {
        String queue = unique("sent");
        String before = rows("sent");
        command("send", "queue", queue, "body", "gone", "end", "rollback");
        refused("send", "queue", queue, "body", "thrown", "end", "throw");
        assertThat(rows("sent")).isEqualTo(before);
        assertThat(take(queue, 300L)).isEmpty();

        command("send", "queue", queue, "body", unique("kept"), "end", "commit");

        assertThat(rows("sent")).isNotEqualTo(before);
        assertThat(take(queue, 1)).hasSize(1);
    }

    @Test
    @Spec("INJ-5")
    void injectedContextIsPartOfTheTransaction() {
        String queue = unique("injected");
        command("sendInjected", "queue", queue, "body", "gone", "end", "rollback");
        command("sendInjected", "queue", queue, "body", "kept", "end", "commit");
        assertThat(take(queue, 1)).containsExactly("kept");
    }

    @Test
    @Spec("OUT-13")
    void classicApiAndNoTransactionSendAtOnce() {
        String queue = unique("plain");
        command("sendClassic", "queue", queue, "body", "classic");
        command("sendWithoutTransaction", "queue", queue, "body", "at once");
        assertThat(take(queue, 2)).containsExactly("classic", "at once");
    }

    @Test
    void userTransactionCommitsAndRollsBack() {
        String queue = unique("user");
        command("sendInUserTransaction", "queue", queue, "body", "gone", "end", "rollback");
        command("sendInUserTransaction", "queue", queue, "body", "kept", "end", "commit");
        assertThat(take(queue, 1)).containsExactly("kept");
    }

    @Test
    void factoryAndDestinationThatTheApplicationDefinesWork() {
        String body = unique("defined");
        command("sendToDefined", "body", body);
        assertThat(take("defined", 1)).containsExactly(body);
    }

    @Test
    void nothingIsSentByATransactionThatTookTooLong() {
        String queue = unique("slow");
        assertThat(command("sendTooSlowly", "queue", queue, "body", "late")).isEqualTo("refused");
        assertThat(take(queue, 300L)).isEmpty();
        command("sendWithoutTransaction", "queue", queue, "body", "on time");
        assertThat(take(queue, 1)).containsExactly("on time");
    }

    // ---- nothing leaks

    @Test
    void poolAtItsLimitRecovers() {
        String queue = unique("pool");
        for (int i = 0; i < 3; i++) {
            assertThat(Integer.parseInt(command("openAtOnce", "body", "100"))).isBetween(1, 99);
        }
        command("sendWithoutTransaction", "queue", queue, "body", "room");
        assertThat(take(queue, 1)).containsExactly("room");
    }

    @Test
    void redeploymentsLeaveNoThread() {
        send("orders", unique("warm") + "-", 20);
        take("replies", 20);
        int before = Integer.parseInt(command("threads"));
        int redeployments = Integer.getInteger("millrace.redeployments", 20);
        for (int i = 0; i < redeployments; i++) {
            deployer.undeploy(APPLICATION);
            deployer.deploy(APPLICATION);
        }
        List<String> sent = send("orders", unique("after") + "-", 20);
        assertThat(take("replies", 20)).containsExactlyInAnyOrderElementsOf(sent);
        Waiting.until("threads are gone", () -> Integer.parseInt(command("threads")) <= before + 2);
    }
}
