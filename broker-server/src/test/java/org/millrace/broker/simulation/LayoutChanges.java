package org.millrace.broker.simulation;

import java.util.List;
import java.util.random.RandomGenerator;
import org.millrace.broker.loop.Answer;
import org.millrace.wire.Address;

/** Gives destinations other numbers of partitions while they are used, by chance. */
final class LayoutChanges {
    private static final int MOST_PARTITIONS = 4;

    private final Plan plan;
    private final List<Address> destinations;
    private final Story story;
    private final RandomGenerator chance;
    private int count;

    LayoutChanges(Plan plan, List<Address> destinations, Story story, RandomGenerator chance) {
        this.plan = plan;
        this.destinations = destinations;
        this.story = story;
        this.chance = chance;
    }

    /** Those that began a new layout. */
    int count() {
        return count;
    }

    void beforeEvent(SimulatedBroker broker) {
        int between = plan.eventsBetweenLayouts();
        if (between == 0 || chance.nextInt(between) > 0) {
            return;
        }
        Address destination = destinations.get(chance.nextInt(destinations.size()));
        int partitions = 1 + chance.nextInt(MOST_PARTITIONS);
        story.tell("%s gets %d partitions", destination, partitions);
        broker.changePartitions(
                destination,
                partitions,
                Answer.of(
                        before -> count += before == partitions ? 0 : 1,
                        why -> story.tell("refused: %s", why.getMessage())));
    }
}
