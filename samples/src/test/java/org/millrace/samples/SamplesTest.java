package org.millrace.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.broker.Broker;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.samples.group.GroupSample;
import org.millrace.samples.keys.KeysSample;
import org.millrace.samples.orders.Order;
import org.millrace.samples.orders.OrdersSample;
import org.millrace.samples.poison.PoisonSample;
import org.millrace.samples.replay.ReplaySample;
import org.millrace.samples.spring.SpringSample;

/** The samples do what they say. */
@Timeout(120)
class SamplesTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @Test
    void ordersArriveOnceAndAddUp(@TempDir Path directory) throws Exception {
        BigDecimal expected =
                Order.readLines().stream()
                        .map(line -> Order.parse(line).total())
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        try (Broker broker =
                Broker.builder().directory(directory).host("127.0.0.1").port(0).build()) {
            broker.start();

            OrdersSample.Summary summary =
                    new OrdersSample(
                                    new MillraceConnectionFactory(
                                            "millrace://127.0.0.1:" + broker.port()),
                                    out)
                            .run();

            assertThat(summary.orders()).isEqualTo(3200);
            assertThat(summary.turnover()).isEqualByComparingTo(expected);
        }
    }

    @Test
    void springRunsUnmodified() throws Exception {
        assertThat(SpringSample.run(new MillraceConnectionFactory("vm://spring-sample"), out))
                .hasSize(200);
    }

    @Test
    void bookingsOfAnAccountStayInOrder() throws Exception {
        assertThat(new KeysSample(new MillraceConnectionFactory("vm://keys-sample"), out).run())
                .hasSize(4);
    }

    @Test
    void theGroupGrowsAndShrinksAndWorksOffEachReadingOnce() throws Exception {
        assertThat(new GroupSample(new MillraceConnectionFactory("vm://group-sample"), out).run())
                .isEqualTo(2000);
    }

    @Test
    void theReplayCorrectsTheLedgerAndCanBeRunAgain() throws Exception {
        try (Broker broker = Broker.builder().vm("replay-sample").build()) {
            broker.start();
            for (int run = 0; run < 2; run++) {
                ReplaySample.Summary summary =
                        new ReplaySample(new MillraceConnectionFactory(broker.uri()), out).run();
                assertThat(summary.wrong()).isEqualByComparingTo("124750");
                assertThat(summary.right()).isEqualByComparingTo("125000");
            }
        }
    }

    @Test
    void thePoisonMessageComesBackAndIsWorkedOff() throws Exception {
        assertThat(new PoisonSample("vm://poison-sample", out).run())
                .isEqualTo("the lost property office");
        assertThat(printed.toString(StandardCharsets.UTF_8)).contains("there is no address");
    }

    @Test
    void theDemoRunsTwiceOnOneDirectory(@TempDir Path directory) throws Exception {
        Demo.run(directory, out);
        Demo.run(directory, out);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("3,200 orders", "The broker stopped cleanly");
    }
}
