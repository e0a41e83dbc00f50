package org.millrace.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Partitions are spread evenly, and no more of them move than that needs. */
class SpreadTest {
    private final Spread<String> spread = new Spread<>();

    private Map<Integer, String> owners(Iterable<Integer> partitions) {
        Map<Integer, String> owners = new HashMap<>();
        for (int partition : partitions) {
            spread.ownerOf(partition).ifPresent(owner -> owners.put(partition, owner));
        }
        return owners;
    }

    @Test
    void whoJoinsTakesItsShareAndWhoLeavesGivesItBack() {
        TreeSet<Integer> partitions = new TreeSet<>();
        for (int i = 0; i < 6; i++) {
            partitions.add(i);
            spread.add(i);
        }
        assertThat(spread.ownerOf(0)).isEmpty();
        spread.join("a");
        assertThat(owners(partitions).values()).containsOnly("a").hasSize(6);
        spread.join("b");
        spread.join("c");
        assertThat(owners(partitions).values())
                .containsExactlyInAnyOrder("a", "a", "b", "b", "c", "c");
        spread.leave("a");
        assertThat(owners(partitions).values())
                .containsExactlyInAnyOrder("b", "b", "b", "c", "c", "c");
    }

    @Test
    void isEvenAndMovesAsLittleAsPossibleWhateverHappens() {
        for (int seed = 0; seed < 200; seed++) {
            new History(seed).play();
        }
    }

    private static final class History {
        private final String where;
        private final SplittableRandom chance;
        private final Spread<String> spread = new Spread<>();
        private final List<String> owners = new ArrayList<>();
        private final TreeSet<Integer> partitions = new TreeSet<>();
        private int next;

        History(int seed) {
            this.where = "seed " + seed;
            this.chance = new SplittableRandom(seed);
        }

        void play() {
            for (int step = 0; step < 100; step++) {
                Map<Integer, String> before = owned();
                boolean ownersChange = chance.nextBoolean();
                if (ownersChange) {
                    changeOwners();
                } else {
                    changePartitions();
                }
                check(before);
            }
        }

        private void changeOwners() {
            if (owners.isEmpty() || chance.nextInt(3) > 0 && owners.size() < 8) {
                owners.add("o" + next++);
                spread.join(owners.get(owners.size() - 1));
            } else {
                spread.leave(owners.remove(chance.nextInt(owners.size())));
            }
        }

        private void changePartitions() {
            if (partitions.isEmpty() || chance.nextInt(3) > 0) {
                partitions.add(next);
                spread.add(next++);
            } else {
                int gone = partitions.pollFirst();
                spread.remove(gone);
            }
        }

        private Map<Integer, String> owned() {
            Map<Integer, String> owned = new HashMap<>();
            for (int partition : partitions) {
                Optional<String> owner = spread.ownerOf(partition);
                owner.ifPresent(each -> owned.put(partition, each));
            }
            return owned;
        }

        private void check(Map<Integer, String> before) {
            Map<Integer, String> now = owned();
            assertThat(now).as(where).hasSize(owners.isEmpty() ? 0 : partitions.size());
            int fewest = owners.isEmpty() ? 0 : partitions.size() / owners.size();
            int moved = 0;
            for (String owner : owners) {
                long count = now.values().stream().filter(owner::equals).count();
                assertThat(count).as(where).isBetween((long) fewest, fewest + 1L);
            }
            for (Map.Entry<Integer, String> each : now.entrySet()) {
                String old = before.get(each.getKey());
                moved +=
                        old != null && owners.contains(old) && !old.equals(each.getValue()) ? 1 : 0;
            }
            // One joins: it gets its share. One leaves, or a partition goes: at most one moves.
            assertThat(moved).as(where).isLessThanOrEqualTo(Math.max(1, fewest + 1));
        }
    }
}
