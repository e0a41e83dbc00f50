package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.TestClient.queue;
import static org.millrace.broker.server.TestClient.texts;
import static org.millrace.broker.server.TestClient.topic;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

class BrowserTest {
    private final TestBroker broker = new TestBroker();
    private final TestClient client = broker.connect();
    private final int session = client.session(SessionKind.DIRECT);
    private final int producer = client.producer(session, queue("q"));

    @Test
    @Spec({"BRW-1", "BRW-5"})
    void aBrowserTakesNothingAndEnds() {
        client.send(producer, "a", "b", "c");

        assertThat(client.browse("q", "")).containsExactly("a", "b", "c");
        assertThat(client.browse("q", "")).containsExactly("a", "b", "c");

        int consumer = client.queueConsumer(session, "q", 10);
        List<TestClient.Got> got = client.take(consumer);
        assertThat(got).extracting(TestClient.Got::text).containsExactly("a", "b", "c");
        assertThat(got).extracting(TestClient.Got::count).containsOnly(1);
        client.acknowledge(session, got);
        assertThat(client.browse("q", "")).isEmpty();
    }

    @Test
    @Spec({"BRW-3", "BRW-5"})
    void aBrowserEndsAtWhatWasThereWhenItWasOpened() {
        client.send(producer, "a", "b");
        int browser = client.browser("q", "");
        client.send(producer, "c");

        assertThat(texts(client.browseNext(browser, 1))).containsExactly("a");
        Frame.BrowsePage rest = client.browseNext(browser, 10);
        assertThat(texts(rest)).containsExactly("b");
        assertThat(rest.last()).isTrue();
        assertThat(client.browseNext(browser, 10).messages()).isEmpty();
    }

    @Test
    @Spec("BRW-3")
    void whatIsTakenMeanwhileIsNoLongerShown() {
        client.send(producer, "a", "b", "c");
        int browser = client.browser("q", "");
        assertThat(texts(client.browseNext(browser, 1))).containsExactly("a");
        int consumer = client.queueConsumer(session, "q", 2);
        client.acknowledge(session, client.take(consumer));

        assertThat(texts(client.browseNext(browser, 10))).containsExactly("c");
    }

    @Test
    @Spec("ORD-8")
    void aBrowserShowsTheOrderInWhichMessagesWouldBeReceived() {
        client.send(
                producer,
                TestMessage.of("n1"),
                TestMessage.of("low").priority(0),
                TestMessage.of("high").priority(9),
                TestMessage.of("n2"));
        int consumer = client.queueConsumer(session, "q", 3);
        List<TestClient.Got> got = client.take(consumer);
        client.release(session, got);

        List<String> expected = List.of("high", "n1", "n2", "low");
        assertThat(client.browse("q", "")).isEqualTo(expected);
        client.say(new Frame.Credit(consumer, 10));
        assertThat(client.takeTexts(consumer)).isEqualTo(expected);
    }

    @Test
    @Spec({"SEL-72", "BRW-5"})
    void aBrowserWithASelectorShowsOnlyWhatMatches() {
        for (int i = 0; i < 30; i++) {
            client.send(producer, TestMessage.of("m" + i).with("n", i));
        }

        assertThat(client.browse("q", "n > 26")).containsExactly("m27", "m28", "m29");
        assertThat(client.browse("q", "n > 99")).isEmpty();
        assertThat(client.browse("q", " ")).hasSize(30);
        client.askRefused(
                ErrorCode.INVALID_SELECTOR, id -> new Frame.OpenBrowser(id, 99, queue("q"), "n >"));
    }

    @Test
    @Spec("BRW-4")
    void uncommittedLeasedAndExpiredMessagesAreHidden() {
        int transacted = client.session(SessionKind.TRANSACTED);
        client.send(client.producer(transacted, queue("q")), "uncommitted");
        client.send(producer, TestMessage.of("old").expiringIn(Duration.ofSeconds(1)));
        client.send(producer, TestMessage.of("held").priority(9), TestMessage.of("shown"));
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> held = client.take(consumer);
        broker.advance(Duration.ofSeconds(2));

        assertThat(held).extracting(TestClient.Got::text).containsExactly("held");
        assertThat(client.browse("q", "")).containsExactly("shown");
        client.release(session, held);
        assertThat(client.browse("q", "")).containsExactly("held", "shown");
    }

    @Test
    @Spec("BRW-1")
    void manyPagesAreReadWithoutHoldingUpTheLoop() {
        List<String> sent = IntStream.range(0, 5_000).mapToObj(i -> "m" + i).toList();
        client.send(producer, sent.toArray(String[]::new));

        assertThat(client.browse("q", "")).isEqualTo(sent);
        int browser = client.browser("q", "");
        assertThat(client.browseNext(browser, Integer.MAX_VALUE).messages()).hasSize(1024);
    }

    @Test
    @Spec("BRW-4")
    void whatCameBackIsShownWithItsCount() {
        client.send(producer, "a");
        int consumer = client.queueConsumer(session, "q", 1);
        List<TestClient.Got> got = client.take(consumer);
        client.ask(id -> new Frame.Recover(id, session, TestClient.ranges(got)));

        Frame.BrowsePage page = client.browseNext(client.browser("q", ""), 10);
        assertThat(page.messages()).extracting(Frame.Delivery::deliveryCount).containsExactly(2);
        assertThat(page.messages()).extracting(Frame.Delivery::deliveryId).containsExactly(0L);
    }

    @Test
    void aSecondRequestBeforeTheAnswerAndAnUnknownBrowserAreRefused() {
        client.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.BrowseNext(id, 77, 1));
        int browser = client.browser("q", "");
        client.askRefused(ErrorCode.INVALID_ARGUMENT, id -> new Frame.BrowseNext(id, browser, 0));
        client.say(new Frame.CloseBrowser(browser));
        client.say(new Frame.CloseBrowser(browser));
        client.askRefused(ErrorCode.ILLEGAL_STATE, id -> new Frame.BrowseNext(id, browser, 1));
    }

    @Test
    void topicsAndTemporaryQueuesOfOthersCannotBeBrowsed() {
        client.askRefused(
                ErrorCode.INVALID_DESTINATION, id -> new Frame.OpenBrowser(id, 50, topic("t"), ""));
        Address temporary = client.temporary(Address.Kind.TEMPORARY_QUEUE);
        client.askDone(id -> new Frame.OpenBrowser(id, 51, temporary, ""));
        broker.connect()
                .askRefused(
                        ErrorCode.INVALID_DESTINATION,
                        id -> new Frame.OpenBrowser(id, 1, temporary, ""));
    }

    @Test
    void browsersOfOneConnectionAreBounded() {
        for (int i = 0; i < 1024; i++) {
            client.browser("q", "");
        }
        client.askRefused(
                ErrorCode.RESOURCE_LIMIT, id -> new Frame.OpenBrowser(id, 100_000, queue("q"), ""));
        client.cut();
    }

    @Test
    void aBrowserOfADeletedQueueEnds() {
        Address temporary = client.temporary(Address.Kind.TEMPORARY_QUEUE);
        client.send(client.producer(session, temporary), "a", "b");
        client.askDone(id -> new Frame.OpenBrowser(id, 51, temporary, ""));
        assertThat(texts(client.browseNext(51, 1))).containsExactly("a");
        client.askDone(id -> new Frame.DeleteTemporary(id, temporary));

        Frame.BrowsePage rest = client.browseNext(51, 1);
        assertThat(rest.messages()).isEmpty();
        assertThat(rest.last()).isTrue();
    }
}
