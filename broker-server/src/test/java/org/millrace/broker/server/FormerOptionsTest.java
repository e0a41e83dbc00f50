package org.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.server.RetentionTest.queue;
import static org.millrace.broker.server.RetentionTest.topic;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.broker.destination.SettingValue;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.SessionKind;

/** Names in applications after an administrator has altered what they say. */
class FormerOptionsTest {
    private final TestBroker broker = new TestBroker();

    private void open(Address named) {
        TestClient client = broker.connect();
        int session = client.session(SessionKind.DIRECT);
        int producer = client.producer(session, named);
        client.send(producer, "a");
    }

    private void refused(Address named, String why) {
        TestClient client = broker.connect();
        int session = client.session(SessionKind.DIRECT);
        client.askRefused(
                ErrorCode.INVALID_DESTINATION,
                id -> new Frame.OpenProducer(id, session, 99, named));
        assertThat(client.heard(Frame.Failed.class).get(0).message()).contains(why);
    }

    @Test
    void aNameMayGoOnSayingHowManyPartitionsThereWere() {
        open(queue("q", "partitions=3"));
        assertThat(broker.changePartitions(queue("q", ""), 5)).isEmpty();
        open(queue("q", "partitions=3"));
        assertThat(broker.changePartitions(queue("q", ""), 2)).isEmpty();
        broker.restartAfterCrash();
        open(queue("q", "partitions=3"));
        open(queue("q", "partitions=5"));
        open(queue("q", "partitions=2"));
        refused(queue("q", "partitions=4"), "has 2 partitions, not 4");
    }

    @Test
    void aNameMayGoOnSayingWhatASettingWas() {
        Address news = topic("news", "");
        open(topic("news", "retention=P7D"));
        broker.alter(news, Map.of("retention", Optional.of("P1D")));
        broker.alter(news, Map.of("maxDeliveries", Optional.of("3")));
        broker.restartAfterCrash();
        open(topic("news", "retention=PT168H&maxDeliveries=10"));
        open(topic("news", "retention=P1D&maxDeliveries=3"));
        refused(topic("news", "retention=P2D"), "exists with retention P1D, not P2D");
        broker.alter(news, Map.of("retention", Optional.empty()));
        open(topic("news", "retention=P1D"));
    }

    @Test
    void onlyTheLastOfVeryManyFormerValuesAreRemembered() {
        open(queue("q", "maxDeliveries=100"));
        for (int i = 101; i < 140; i++) {
            broker.alter(queue("q", ""), Map.of("maxDeliveries", Optional.of("" + i)));
        }
        open(queue("q", "maxDeliveries=138"));
        open(queue("q", "maxDeliveries=107"));
        refused(queue("q", "maxDeliveries=106"), "exists with maxDeliveries 139, not 106");
    }

    @Test
    void aSettingThatNobodyGaveShowsWhatHoldsByDefault() {
        open(queue("q", ""));
        Map<String, SettingValue> all =
                broker.alter(
                        queue("q", ""), Map.of("redeliveryDelayMillis", Optional.of("7200000")));
        assertThat(all.get("maxDeliveries").value()).contains("10");
        assertThat(all.get("deadLetterQueue").value()).contains("DLQ.queue.q");
        assertThat(all.get("maxRedeliveryDelayMillis").value()).contains("7200000");
        assertThat(all.get("tombstoneRetention").value()).contains("P1D");
        assertThat(all.get("tombstoneRetention").origin()).isEqualTo(SettingValue.Origin.DEFAULT);
        assertThat(all.get("retention").value()).isEmpty();
        assertThat(all.get("expiryQueue").value()).isEmpty();
    }

    @Test
    void namesWithoutAnythingToSeeOrWithControlCharactersAreRefused() {
        for (String name : new String[] {" ", "\t", "a\nb", "a\u0001", "\u007f", "\u0085x"}) {
            refused(queue(name, ""), "nothing was created");
            refused(
                    queue("ok", "deadLetterQueue=" + name.replace("\n", "%0A")),
                    "the name of a queue without options");
        }
        refused(topic("t", "from=offset:-1"), "from is 'offset:-1'");
        refused(topic("t", "colour=red"), "unknown option 'colour', known are [partitions, from");
        assertThat(broker.engine.recover().destinations()).isEmpty();
        for (String name : new String[] {"..", "../../etc", "CON", "a.", "a:b*", "\ud83d\ude00"}) {
            open(queue(name, ""));
        }
    }
}
