package org.millrace.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** The parser and evaluator against {@link ModelTree} on random selectors and messages. */
class SelectorModelTest {
    private static final int TREES = 30_000;
    private static final int MESSAGES = 10;

    @Test
    @Spec({"SEL-4", "SEL-5", "SEL-7", "SEL-32", "SEL-40", "SEL-50", "SEL-60", "SEL-61"})
    void randomSelectorsMeanWhatTheModelSays() throws InvalidSelector {
        long seed = Long.getLong("millrace.seed", 20_260_801L);
        Random random = new Random(seed);
        ModelTrees trees = new ModelTrees(random);
        int matched = 0;
        for (int i = 0; i < TREES; i++) {
            ModelTree tree = trees.condition(1 + random.nextInt(4));
            String text = tree.text(random);
            Selector selector = Selector.parse(text);
            for (int j = 0; j < MESSAGES; j++) {
                MapSubject message = trees.message();
                boolean expected = Boolean.TRUE.equals(tree.value(message));
                assertThat(selector.matches(message))
                        .as("seed %d, round %d: %s on %s", seed, i, text, message)
                        .isEqualTo(expected);
                matched += expected ? 1 : 0;
            }
        }
        // A generator that hardly ever matches would prove little.
        assertThat(matched).isBetween(TREES * MESSAGES / 10, TREES * MESSAGES * 9 / 10);
    }
}
