package org.millrace.broker.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.millrace.persistence.Change;

/**
 * The simulation can fail: each of these bugs is found within a few seeds. REL-1, REL-6, ACK-1.
 *
 * <p>Tried by hand besides, in a copy of the broker, each found within 100 seeds: answering a send
 * before its unit is durable; leaving out the becameReady() of a session that was full; a
 * read-ahead that takes what it passed over for a gap; answering a drain when the link is
 * dismissed.
 */
class PlantedBugsTest {
    private static final int SEEDS = 300;

    @Test
    void aDiskThatLiesAboutForces() {
        assertThat(found(Flaws.lyingDisk())).isNotEmpty();
    }

    @Test
    void settlesThatAreLost() {
        assertThat(found(Flaws.losing(change -> change instanceof Change.Settle))).isNotEmpty();
    }

    @Test
    void deliveryHorizonsThatAreLost() {
        assertThat(found(Flaws.losing(change -> change instanceof Change.DeliveryHorizon)))
                .isNotEmpty();
    }

    @Test
    void commitMarksThatAreLost() {
        assertThat(found(Flaws.losing(change -> change instanceof Change.CommitMark))).isNotEmpty();
    }

    @Test
    void transactionsThatAreNotWhole() {
        assertThat(found(Flaws.splittingTransactions())).isNotEmpty();
    }

    @Test
    void producersThatAreForgotten() {
        assertThat(found(Flaws.forgettingProducers())).isNotEmpty();
    }

    /** What the ledger said about the first seed that showed the bug. */
    private static Optional<String> found(Flaws flaws) {
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                new Simulation(seed, flaws, Optional.empty()).run();
            } catch (SimulationFailure failure) {
                System.out.println("seed " + seed + ": " + failure.getCause().getMessage());
                return Optional.of(failure.getCause().getMessage());
            }
        }
        return Optional.empty();
    }
}
