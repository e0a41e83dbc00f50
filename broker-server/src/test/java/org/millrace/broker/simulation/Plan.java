package org.millrace.broker.simulation;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.broker.settings.DestinationDefaults;
import org.millrace.persistence.embedded.EngineSettings;
import org.millrace.persistence.segment.SegmentLimits;

/**
 * What one seed is about: who there is, how small the limits are, how often something goes wrong.
 *
 * @param eventsBetweenFaults on average; 0 for no faults
 * @param eventsBetweenLayouts on average until some destination gets another number of partitions;
 *     0 for never
 * @param tempo everybody takes so many times longer for everything: what the broker does every few
 *     seconds takes part
 * @param administered somebody replays, purges, alters, redrives, deletes
 * @param doomed there is a queue that is deleted again and again
 */
record Plan(
        int queues,
        int topics,
        int clients,
        Duration activity,
        int eventsBetweenFaults,
        int eventsBetweenLayouts,
        int tempo,
        boolean administered,
        boolean doomed,
        EngineSettings engine,
        BrokerSettings broker,
        Rules rules) {

    static Plan draw(RandomGenerator chance) {
        Rules rules = Rules.draw(chance);
        int topics = rules.compacted() ? 1 : chance.nextInt(2);
        boolean isSlow = rules.compacted() || chance.nextInt(5) == 0;
        int tempo = isSlow ? 20 + chance.nextInt(60) : 1;
        boolean administered = rules.compacted() || chance.nextBoolean();
        return new Plan(
                1 + chance.nextInt(2),
                topics,
                1 + chance.nextInt(4),
                Duration.ofMillis(200 + chance.nextInt(1000)).multipliedBy(tempo),
                chance.nextInt(8) == 0 ? 0 : 100 + chance.nextInt(900),
                chance.nextInt(4) == 0 ? 0 : 100 + chance.nextInt(900),
                tempo,
                administered,
                administered && chance.nextInt(3) == 0,
                engine(chance),
                broker(rules.defaults(chance), chance),
                rules);
    }

    private static EngineSettings engine(RandomGenerator chance) {
        return new EngineSettings(
                8192L << chance.nextInt(3),
                2048 << chance.nextInt(4),
                chance.nextInt(4) == 0 ? 8192 : 1 << 20,
                1024L << chance.nextInt(8),
                4096L << chance.nextInt(5),
                0,
                new SegmentLimits(1024 << chance.nextInt(5), 128));
    }

    private static BrokerSettings broker(DestinationDefaults destinations, RandomGenerator chance) {
        return new BrokerSettings(
                "simulated",
                64 << 10,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                chance.nextBoolean() ? 2000 : 1 << 20,
                chance.nextInt(3) == 0 ? 3000 : 1 << 20,
                chance.nextInt(3) == 0 ? 4 : 1000,
                1000,
                Duration.ofMillis(chance.nextInt(3) == 0 ? chance.nextInt(200) : 30_000),
                Duration.ofMillis(chance.nextInt(2000)),
                2 + chance.nextInt(30),
                destinations);
    }
}
