package org.millrace.broker.selector;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LikePatternTest {
    private static final String[] TEXT_PARTS = {"a", "a", "b", "𝄞", "\n", "\uD834", "\uDD1E"};
    private static final String[] PATTERN_PARTS = {"a", "a", "b", "𝄞", "\n", "_", "%"};

    @Test
    void agreesWithARegularExpression() {
        RandomGenerator random = new Random(4711);
        for (int i = 0; i < 50_000; i++) {
            String pattern = random(PATTERN_PARTS, random);
            String text = random(TEXT_PARTS, random);

            assertThat(LikePattern.of(pattern).matches(text))
                    .as("'%s' LIKE '%s' (seed 4711, round %d)", text, pattern, i)
                    .isEqualTo(regex(pattern).matcher(text).matches());
        }
    }

    private static String random(String[] parts, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(9); left > 0; left--) {
            text.append(parts[random.nextInt(parts.length)]);
        }
        return text.toString();
    }

    private static Pattern regex(String like) {
        StringBuilder regex = new StringBuilder();
        like.codePoints()
                .forEach(
                        point ->
                                regex.append(
                                        switch (point) {
                                            case '_' -> ".";
                                            case '%' -> ".*";
                                            default -> Pattern.quote(Character.toString(point));
                                        }));
        return Pattern.compile(regex.toString(), Pattern.DOTALL);
    }

    @Test
    @Timeout(value = 10, unit = SECONDS)
    void hostilePatternsTakeTheirTimeInProportion() {
        String text = "a".repeat(100_000);

        assertThat(LikePattern.of("%a".repeat(512) + "b").matches(text)).isFalse();
        assertThat(LikePattern.of("%_a".repeat(300) + "%b%").matches(text)).isFalse();
        assertThat(LikePattern.of("%" + "a".repeat(1000) + "b%").matches(text)).isFalse();
    }
}
