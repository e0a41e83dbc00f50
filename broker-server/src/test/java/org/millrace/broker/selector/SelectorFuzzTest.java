package org.millrace.broker.selector;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.foundation.Spec;

/** Any text is parsed or refused with {@link InvalidSelector}; what is parsed can be evaluated. */
@Timeout(value = 60, unit = SECONDS)
class SelectorFuzzTest {
    private static final String[] TOKENS = {
        "a",
        "b",
        "JMSPriority",
        "JMSReplyTo",
        "x1",
        "AND",
        "OR",
        "NOT",
        "BETWEEN",
        "LIKE",
        "IN",
        "IS",
        "NULL",
        "TRUE",
        "FALSE",
        "ESCAPE",
        "=",
        "<>",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "(",
        ")",
        "(",
        ")",
        ",",
        "'a'",
        "'%_'",
        "''",
        "'",
        "1",
        "0x",
        "08",
        "1e9",
        ".5",
        "7.",
        "9223372036854775808",
        "1e999",
        "3L",
        " ",
        "\n",
        "\0",
        "𝄞",
        "\uD834",
        "é",
        "\\",
        "\"",
        ";"
    };

    private final long seed = Long.getLong("millrace.seed", 99L);
    private final Random random = new Random(seed);
    private final ModelTrees trees = new ModelTrees(random);

    @Test
    @Spec("SEL-3")
    void randomTokensAreParsedOrRefused() {
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = 1 + random.nextInt(12); left > 0; left--) {
                text.append(TOKENS[random.nextInt(TOKENS.length)]);
                text.append(random.nextBoolean() ? " " : "");
            }
            parseAndEvaluate(text.toString());
        }
    }

    @Test
    @Spec("SEL-3")
    void mutatedSelectorsAreParsedOrRefused() {
        int parsed = 0;
        for (int i = 0; i < 20_000; i++) {
            String text = trees.condition(3).text(random);
            for (int left = 1 + random.nextInt(3); left > 0; left--) {
                text = mutated(text);
            }
            parsed += parseAndEvaluate(text) ? 1 : 0;
        }
        assertThat(parsed).as("seed %d", seed).isPositive();
    }

    @Test
    @Spec("SEL-3")
    void randomCharactersAreParsedOrRefused() {
        for (int i = 0; i < 30_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int left = random.nextInt(20); left > 0; left--) {
                text.append((char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
            }
            parseAndEvaluate(text.toString());
        }
    }

    @Test
    @Spec("SEL-3")
    void hugeRepetitionsAreParsedOrRefused() {
        for (String token : TOKENS) {
            for (String other : TOKENS) {
                parseAndEvaluate((token + " " + other).repeat(500));
            }
            parseAndEvaluate(token.repeat(Selector.MAX_LENGTH / token.length()));
            parseAndEvaluate(token.repeat(200_000));
        }
    }

    private String mutated(String text) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(4));
        String token = TOKENS[random.nextInt(TOKENS.length)];
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at) + token + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(to);
            case 2 -> text.substring(0, at) + token + text.substring(to);
            default -> text.substring(0, to) + text.substring(at);
        };
    }

    /** True when the text was a selector. */
    private boolean parseAndEvaluate(String text) {
        try {
            Selector selector = Selector.parse(text);
            selector.matches(MapSubject.empty());
            selector.matches(trees.message());
            return true;
        } catch (InvalidSelector refused) {
            assertThat(refused.position()).isBetween(0, text.length());
            return false;
        } catch (RuntimeException | StackOverflowError bug) {
            throw new AssertionError("seed %d: %s".formatted(seed, text), bug);
        }
    }
}
