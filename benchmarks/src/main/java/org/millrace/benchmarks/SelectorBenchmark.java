package org.millrace.benchmarks;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millrace.broker.selector.InvalidSelector;
import org.millrace.broker.selector.RecordSubject;
import org.millrace.broker.selector.Selector;
import org.millrace.wire.record.JmsHeaderBuilder;
import org.millrace.wire.record.MessageKind;
import org.millrace.wire.record.Record;
import org.millrace.wire.record.RecordBatchBuilder;

/**
 * Selector evaluations per second on one core, on stored records with ten properties. Each
 * evaluation turns to the next of 1,000 records and reads the fields that it needs from its bytes.
 */
public final class SelectorBenchmark {
    private static final int RECORDS = 1_000;
    private static final int ROUNDS = 9;
    private static final int PASSES = 2_000;
    private static final String[] SELECTORS = {
        "region = 'EU' AND amount > 500 AND customer LIKE 'c-1%'",
        "region IN ('EU', 'US') OR amount BETWEEN 10 AND 20 OR express",
        "weight * 2 > 10.5 AND amount / 10 < 90 AND NOT express",
        "tenth = 'absent' OR missing = 1 OR absent IS NOT NULL",
        "JMSPriority > 4 AND JMSType = 'order' AND JMSXGroupID = 'g7'",
        "region = 'EU'",
    };

    private SelectorBenchmark() {}

    public static void main(String[] arguments) throws InvalidSelector {
        List<Record> records = records();
        System.out.printf(
                "median of %d rounds, %,d evaluations each, one thread, %d properties%n",
                ROUNDS, PASSES * RECORDS, properties(0).size());
        System.out.printf("%12s %8s %8s  %s%n", "per second", "ns each", "matching", "selector");
        for (String text : SELECTORS) {
            measure(Selector.parse(text), records);
        }
    }

    private static void measure(Selector selector, List<Record> records) {
        double[] rates = new double[ROUNDS];
        int matched = 0;
        run(selector, records);
        for (int round = 0; round < ROUNDS; round++) {
            long startNanos = System.nanoTime();
            matched = run(selector, records);
            long elapsedNanos = System.nanoTime() - startNanos;
            rates[round] = (double) PASSES * RECORDS * 1e9 / elapsedNanos;
        }
        Arrays.sort(rates);
        double median = rates[ROUNDS / 2];
        System.out.printf(
                "%,12.0f %8.0f %7.1f%%  %s%n",
                median, 1e9 / median, 100.0 * matched / (PASSES * RECORDS), selector.text());
    }

    private static int run(Selector selector, List<Record> records) {
        RecordSubject subject = new RecordSubject();
        int matched = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            for (Record record : records) {
                matched += selector.matches(subject.turnTo(record)) ? 1 : 0;
            }
        }
        return matched;
    }

    private static List<Record> records() {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
            JmsHeaderBuilder header =
                    new JmsHeaderBuilder(MessageKind.TEXT)
                            .persistent()
                            .priority(i % 10)
                            .messageId(1, i)
                            .type(i % 2 == 0 ? "order" : "refund");
            ByteBuffer key = ByteBuffer.wrap(("g" + i % 10).getBytes(StandardCharsets.UTF_8));
            records.add(
                    new RecordBatchBuilder(1_000L + i)
                            .addMessage(
                                    1_000L + i,
                                    key,
                                    ByteBuffer.allocate(1024),
                                    header,
                                    properties(i))
                            .build()
                            .iterator()
                            .next());
        }
        return records;
    }

    private static Map<String, Object> properties(int i) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("region", new String[] {"EU", "US", "APAC", "LATAM"}[i % 4]);
        properties.put("amount", i);
        properties.put("express", i % 3 == 0);
        properties.put("customer", "c-" + i % 30);
        properties.put("weight", i / 10.0);
        properties.put("currency", "EUR");
        properties.put("orderId", 1_000_000_000L + i);
        properties.put("channel", "web");
        properties.put("attempt", (short) 1);
        properties.put("tenth", "value of the tenth property");
        return properties;
    }
}
