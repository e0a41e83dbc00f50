package org.millrace.conformance.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.Connection;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.broker.Broker;
import org.millrace.conformance.reconnect.Conversations.Conversation;
import org.millrace.conformance.reconnect.CuttingProxy.Cut;
import org.millrace.foundation.Spec;
import org.millrace.jms.MillraceConnectionFactory;

/**
 * {@link Conversations} with a real broker over TCP, each as often as it has frames, with the link
 * cut at the first, the second, and so on; and with links that are cut again and again.
 */
@Timeout(240)
class CutLinkTest {
    private static final String OPTIONS =
            "?reconnectInitialDelayMillis=1&reconnectMaxDelayMillis=20&connectAttempts=0";
    private static final int SEEDS = Integer.getInteger("millrace.seeds", 10);
    private static final int MOST_CUTS = 12;
    private static final int LONGEST_RUN_FRAMES = 40;

    private static Broker broker;
    private static Connection witness;
    private static Conversations conversations;
    private static int runs;

    @BeforeAll
    static void startBroker() throws Exception {
        broker = Broker.builder().name("cut").inMemory(64 << 20).port(0).build().start();
        witness = new MillraceConnectionFactory(broker.uri()).createConnection();
        witness.start();
        conversations = new Conversations(witness);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        witness.close();
        broker.close();
    }

    private static void cutAtEveryFrame(Conversation conversation) throws Exception {
        for (Cut how : Cut.values()) {
            try (CuttingProxy proxy = new CuttingProxy(broker.port()).start()) {
                int frame = 0;
                do {
                    frame++;
                    proxy.cutAt(List.of(frame), how);
                    hold(conversation, proxy, "cut %s frame %d".formatted(how, frame));
                } while (proxy.cuts() > 0);
                assertThat(frame).as("frames of the conversation").isGreaterThan(10);
            }
        }
    }

    private static void hold(Conversation conversation, CuttingProxy proxy, String story) {
        try {
            conversation.hold(
                    new MillraceConnectionFactory(proxy.uri(OPTIONS)), "cut-" + ++runs, proxy);
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(story, failed);
        }
    }

    @Test
    @Spec({"SND-4", "REL-7"})
    void synchronousSendsAreStoredOnceAndInOrder() throws Exception {
        cutAtEveryFrame(conversations::synchronousSends);
    }

    @Test
    @Spec({"SND-4", "ASY-15"})
    void asynchronousSendsAreStoredOnceAndCompleteOnceInOrder() throws Exception {
        cutAtEveryFrame(conversations::asynchronousSends);
    }

    @Test
    @Spec({"TX-10", "SND-4"})
    void transactionsHappenWholeOrNotAtAllAndTheClientKnowsWhich() throws Exception {
        cutAtEveryFrame(conversations::transactedSends);
    }

    @Test
    @Spec({"TX-10", "REL-5"})
    void whatIsMovedInTransactionsIsMovedExactlyOnce() throws Exception {
        cutAtEveryFrame(conversations::transactedMoves);
    }

    @Test
    @Spec("REL-5")
    void automaticAcknowledgementLeavesAtMostTheLastMessageInDoubt() throws Exception {
        cutAtEveryFrame(conversations::automaticReceives);
    }

    @Test
    @Spec("REL-5")
    void lazyAcknowledgementRepeatsOnlyWhatIsFlagged() throws Exception {
        cutAtEveryFrame(conversations::lazyReceives);
    }

    @Test
    @Spec("REL-5")
    void whatAcknowledgeConfirmedNeverComesAgain() throws Exception {
        cutAtEveryFrame(conversations::acknowledgedReceives);
    }

    @Test
    @Spec("REL-5")
    void listenersGetEverythingInOrder() throws Exception {
        cutAtEveryFrame(conversations::listening);
    }

    @Test
    @Spec({"REL-5", "CID-6"})
    void subscriptionsOfAllKindsMissNothing() throws Exception {
        cutAtEveryFrame(conversations::subscriptions);
    }

    @Test
    void requestsGetTheirRepliesOverOneTemporaryQueue() throws Exception {
        cutAtEveryFrame(conversations::requestsAndReplies);
    }

    @Test
    @Spec({"SND-4", "TX-10", "REL-5"})
    void aLinkThatIsCutAgainAndAgainLosesAndDoublesNothing() throws Exception {
        List<Conversation> all =
                List.of(
                        conversations::synchronousSends,
                        conversations::asynchronousSends,
                        conversations::transactedSends,
                        conversations::transactedMoves,
                        conversations::automaticReceives,
                        conversations::lazyReceives,
                        conversations::acknowledgedReceives,
                        conversations::listening,
                        conversations::subscriptions,
                        conversations::requestsAndReplies);
        try (CuttingProxy proxy = new CuttingProxy(broker.port()).start()) {
            for (int seed = 0; seed < SEEDS; seed++) {
                for (int which = 0; which < all.size(); which++) {
                    SplittableRandom chance = new SplittableRandom(seed);
                    List<Integer> gaps =
                            chance.ints(MOST_CUTS, 1, LONGEST_RUN_FRAMES).boxed().toList();
                    Cut how = Cut.values()[seed % Cut.values().length];
                    proxy.cutAt(gaps, how);
                    hold(
                            all.get(which),
                            proxy,
                            "conversation %d, seed %d: cut %s after %s"
                                    .formatted(which, seed, how, gaps));
                }
            }
        }
    }
}
