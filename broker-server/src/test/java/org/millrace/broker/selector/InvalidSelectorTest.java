package org.millrace.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;

/** What is refused when the selector is parsed, and how the refusal reads. */
class InvalidSelectorTest {
    private static void expectRefused(String... texts) {
        for (String text : texts) {
            assertThatThrownBy(() -> Selector.parse(text))
                    .as(text)
                    .isInstanceOf(InvalidSelector.class);
        }
    }

    private static InvalidSelector refusal(String text) {
        return catchThrowableOfType(InvalidSelector.class, () -> Selector.parse(text));
    }

    @Test
    @Spec("SEL-3")
    void refusalSaysWhereWhatWasExpectedAndShowsTheText() {
        InvalidSelector refused = refusal("age > ) 3");

        assertThat(refused)
                .hasMessage(
                        "selector is not valid at character 7: expected a literal, a name or (,"
                                + " found ); the text is: age > ) 3");
        assertThat(refused.position()).isEqualTo(6);
    }

    @Test
    @Spec("SEL-3")
    void longTextIsShownNearThePlaceOnly() {
        String text = "a = 1 OR ".repeat(1000) + "!" + " OR a = 1".repeat(1000);

        assertThat(refusal(text)).message().hasSizeLessThan(300).contains(": …", " ! ", "a…");
    }

    @ParameterizedTest
    @Spec("SEL-3")
    @ValueSource(
            strings = {
                "",
                " ",
                "a =",
                "= 1",
                "a = = 1",
                "a b",
                "(a = 1",
                "a = 1)",
                "()",
                "a = 1 OR",
                "AND a",
                "NOT",
                "a NOT",
                "a NOT = 1",
                "a = 1 = 1",
                "a == 1",
                "a != 1",
                "a = \"x\"",
                "a = 'x",
                "a.b = 1",
                "a = :p",
                "a > 1;",
                "@",
                "a IS",
                "a IS NOT",
                "a IS 1",
                "a IN",
                "a IN (",
                "a IN ()",
                "a IN ('x'",
                "a IN ('x',)",
                "a IN 'x'",
                "a LIKE",
                "a = 5 % 2",
                "a BETWEEN 1",
                "a BETWEEN 1 AND",
                "a BETWEEN 1 OR 2",
                "a LIKE 'x' ESCAPE",
                "1a = 1",
                "a = 1 2",
                "a + = 1",
                "#",
                "a <> <> 1",
                "a => 1",
                "a =< 1",
                "a = .",
                "\u0000"
            })
    void whatIsNotASelectorIsRefused(String text) {
        expectRefused(text);
    }

    @Test
    @Spec("SEL-8")
    void sqlCommentsAreRefused() {
        expectRefused("a = 1 -- all", "a = 1 /* all */", "a = --1", "/* */ a = 1");
    }

    @Test
    @Spec({"SEL-11", "SEL-25"})
    void reservedWordsAreNoIdentifiersInAnyCase() {
        for (String word :
                "NULL TRUE FALSE NOT AND OR BETWEEN LIKE IN IS ESCAPE null Not eScApE".split(" ")) {
            expectRefused(word + " = 0", word + " = 'x'", word + " IS NULL", "0 < " + word);
        }
    }

    @Test
    @Spec("SEL-12")
    void otherHeaderFieldsAreRefused() {
        expectRefused("JMSDestination = 'q'", "JMSReplyTo IS NULL", "JMSExpiration > 0");
        expectRefused("JMSRedelivered", "JMSDeliveryTime > 0", "JMSfoo = 1", "JMS = 1", "a = JMSa");
    }

    @Test
    @Spec({"SEL-21", "SEL-23"})
    void malformedExactNumbersAreRefused() {
        expectRefused("a = 08", "a = 0x", "a = 0xg", "a = 1_000", "a = 0b1", "a = 5LL", "a = 1x");
        expectRefused(
                "a = 9223372036854775808", "a = -9223372036854775809", "a = 1" + "0".repeat(400));
        expectRefused(
                "a = 0x8000000000000000", "a = -(9223372036854775808)", "1-9223372036854775808=0");
    }

    @Test
    @Spec("SEL-24")
    void malformedApproximateNumbersAreRefused() {
        expectRefused("a = 1e", "a = 1.e+", "a = 1e400", "a = 1e39f", "a = 1e-400", "a = 1.5L");
        expectRefused("a = 1..2", "a = .e1", "a = 1.2.3", "a = 0x1.8p1");
    }

    @Test
    @Spec("SEL-31")
    void valueIsNoCondition() {
        expectRefused(
                "'x'", "5", "5.5", "a + 1", "-a", "+a", "(5)", "NOT 5", "NOT 'x'", "NOT (a + 1)");
        expectRefused("a = 1 AND 5", "'x' OR a = 1", "a = 1 OR a * 2", "(a + 1) AND TRUE");
    }

    @Test
    @Spec({"SEL-35", "SEL-34"})
    void stringsAndBooleansHaveNoOrder() {
        for (String operator : new String[] {"<", "<=", ">", ">="}) {
            expectRefused("a " + operator + " 'foo'", "'foo' " + operator + " a");
            expectRefused("'foo' " + operator + " TRUE", "a " + operator + " FALSE");
            expectRefused("'a' " + operator + " 'b'", "(a = 1) " + operator + " b");
        }
    }

    @Test
    @Spec("SEL-36")
    void literalsOfUnlikeTypesAreRefused() {
        expectRefused("TRUE = 0", "FALSE = 0", "'x' = 1", "1 <> 'x'", "a + 1 = 'x'", "(a = 1) = 1");
    }

    @Test
    @Spec("SEL-42")
    void literalsThatAreNoNumbersDoNotTakePartInArithmetic() {
        expectRefused("'x' + 1 = 2", "a * TRUE = 1", "-'x' = 1", "1 + (a = 1) = 2", "a - 'x' = 1");
    }

    @Test
    @Spec("SEL-51")
    void boundsOfBetweenAreNumbers() {
        expectRefused("a BETWEEN 'a' AND 'b'", "a BETWEEN 1 AND 'b'", "a NOT BETWEEN 'a' AND 2");
        expectRefused("a BETWEEN TRUE AND FALSE", "'a' BETWEEN 1 AND 2");
    }

    @Test
    @Spec("SEL-52")
    void inTakesANameAndStrings() {
        expectRefused("a IN (1, 2)", "a IN ('x', 2)", "a IN (b)", "a IN (TRUE)", "'x' IN ('x')");
        expectRefused("(a) IN ('x')", "a + b IN ('x')", "a + 1 NOT IN ('x')", "5 IN ('5')");
    }

    @Test
    @Spec({"SEL-55", "SEL-58"})
    void likeTakesANameAndAString() {
        expectRefused("a LIKE 7", "a LIKE b", "a LIKE TRUE", "'x' LIKE 'x'", "(a) LIKE 'x'");
        expectRefused("a + b LIKE 'x'", "5 NOT LIKE '5'", "a LIKE ('x')");
    }

    @Test
    @Spec("SEL-56")
    void escapeIsOneCharacterAndNotTheLastOfThePattern() {
        expectRefused("a LIKE 'x' ESCAPE ''", "a LIKE 'x' ESCAPE 'ab'", "a LIKE 'x' ESCAPE 5");
        expectRefused("a LIKE 'x\\' ESCAPE '\\'", "a LIKE 'x' ESCAPE b", "a ESCAPE 'x'");
    }

    @Test
    @Spec({"SEL-59", "SEL-25"})
    void isNullTakesAName() {
        expectRefused("5 IS NULL", "'x' IS NOT NULL", "(a) IS NULL", "a + 1 IS NULL", "NULL = 0");
        expectRefused("a = NULL", "a <> null", "a IS NULL NULL", "a IS NOT NOT NULL");
    }

    @Test
    void depthAndLengthAreBounded() throws InvalidSelector {
        for (String nest :
                new String[] {"(", "NOT ", "- ", "+", "-(", "NOT(", "a = (", "((a=1) OR "}) {
            expectRefused(nest.repeat(1_000_000 / nest.length()), nest.repeat(5_000));
        }
        int depth = Selector.MAX_DEPTH;
        Selector.parse("(".repeat(depth) + "a" + ")".repeat(depth));
        assertThat(refusal("(".repeat(depth + 1) + "a" + ")".repeat(depth + 1)))
                .hasMessageContaining("nested deeper than 200");
        assertThat(refusal("a".repeat(Selector.MAX_LENGTH + 1)))
                .hasMessageContaining("it has 65537 characters, at most 65536 are allowed");
        assertThat(refusal("a LIKE '" + "%".repeat(Selector.MAX_PATTERN_LENGTH + 1) + "'"))
                .hasMessageContaining("pattern of LIKE has 1025 characters");
    }

    @Test
    void longRowsAreNotNesting() throws InvalidSelector {
        int terms = 6_000;
        MapSubject subject = MapSubject.of("a", 1);
        assertThat(Selector.parse("a = 2" + " OR a = 1".repeat(terms)).matches(subject)).isTrue();
        assertThat(Selector.parse("a = 1" + " AND a = 1".repeat(terms)).matches(subject)).isTrue();
        assertThat(Selector.parse("a" + " + a".repeat(terms) + " = 6001").matches(subject))
                .isTrue();
        assertThat(Selector.parse("a" + " * a".repeat(terms) + " = 1").matches(subject)).isTrue();
    }
}
