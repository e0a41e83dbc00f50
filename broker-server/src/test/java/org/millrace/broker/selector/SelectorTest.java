package org.millrace.broker.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millrace.broker.selector.Truth.FALSE;
import static org.millrace.broker.selector.Truth.TRUE;
import static org.millrace.broker.selector.Truth.UNKNOWN;

import org.junit.jupiter.api.Test;
import org.millrace.foundation.Spec;

/** What selectors mean, §3.8.1.1 and §3.8.1.2. */
class SelectorTest {
    private static final MapSubject NOTHING = MapSubject.empty();

    /** Each text on the message; UNKNOWN is what matches neither itself nor negated. */
    private static void expect(Truth expected, SelectorSubject subject, String... texts) {
        for (String text : texts) {
            boolean matches = parse(text).matches(subject);
            boolean negationMatches = parse("NOT (" + text + ")").matches(subject);
            Truth truth = matches ? TRUE : negationMatches ? FALSE : UNKNOWN;
            assertThat(truth).as(text).isEqualTo(expected);
        }
    }

    private static Selector parse(String text) {
        try {
            return Selector.parse(text);
        } catch (InvalidSelector refused) {
            throw new AssertionError(refused);
        }
    }

    @Test
    @Spec({"SEL-1", "SEL-2"})
    void nullEmptyAndWhitespaceMeanNoSelector() throws InvalidSelector {
        for (String text : new String[] {null, "", " ", " \t\r\n\f"}) {
            assertThat(Selector.isNone(text)).isTrue();
            assertThat(Selector.parseUnlessNone(text)).isEmpty();
        }
        assertThat(Selector.isNone(" a ")).isFalse();
        assertThat(Selector.parseUnlessNone("a = 1")).contains(parse("a = 1"));
    }

    @Test
    @Spec("SEL-74")
    void selectorsAreEqualWhenTheirTextsAre() {
        assertThat(parse("a = 1")).isEqualTo(parse("a = 1")).hasSameHashCodeAs(parse("a = 1"));
        assertThat(parse("a = 1")).isNotEqualTo(parse("a=1"));
        assertThat(parse("a = 1").text()).isEqualTo("a = 1");
    }

    @Test
    @Spec("SEL-5")
    void onlyTrueMatches() {
        assertThat(parse("TRUE").matches(NOTHING)).isTrue();
        assertThat(parse("FALSE").matches(NOTHING)).isFalse();
        assertThat(parse("absent").matches(NOTHING)).isFalse();
    }

    @Test
    @Spec("SEL-7")
    void notBindsTighterThanAndWhichBindsTighterThanOr() {
        expect(TRUE, NOTHING, "TRUE OR TRUE AND FALSE", "NOT FALSE OR TRUE", "NOT FALSE AND TRUE");
        expect(FALSE, NOTHING, "(TRUE OR TRUE) AND FALSE", "NOT (FALSE OR TRUE)", "NOT NOT FALSE");
        expect(TRUE, NOTHING, "FALSE AND FALSE OR TRUE", "NOT NOT TRUE", "(((TRUE)))");
    }

    @Test
    @Spec("SEL-7")
    void arithmeticGoesBeforeComparisonAndComparisonBeforeLogic() {
        expect(TRUE, NOTHING, "1 + 2 * 3 = 7", "(1 + 2) * 3 = 9", "7 - 4 - 2 = 1", "8 / 4 / 2 = 1");
        expect(
                TRUE,
                NOTHING,
                "2 * -3 = -6",
                "10 - 6 / 3 * 2 = 6",
                "1 < 2 AND 3 > 2",
                "- 2 + 3 = 1");
        expect(FALSE, NOTHING, "NOT 1 = 1", "1 = 2 OR 2 = 3 AND 1 = 1");
    }

    @Test
    @Spec("SEL-8")
    void whitespaceIsFreeBetweenTokens() {
        MapSubject subject =
                MapSubject.of("a", 2).with("b", 3).with("c", 4).with("d", 12).with("e", 2);
        expect(TRUE, subject, "a+b*c-d/e = 8", "a\t=\n2\r\nAND\fb=3", "  a=2  ", "a=2AND b=3");
        expect(TRUE, subject, "a IN('x')OR(b=3)", "a BETWEEN 1AND 5", "NOT(a=3)");
    }

    @Test
    @Spec("SEL-10")
    void identifiersAreThoseOfJavaAndCaseSensitive() {
        String astral = Character.toString(0x20000);
        MapSubject subject =
                MapSubject.of("_x", 1).with("$x", 2).with("größe", 3).with(astral + "1", 4);
        expect(TRUE, subject, "_x = 1", "$x = 2", "größe = 3", astral + "1 = 4");
        expect(UNKNOWN, subject, "_X = 1", "Größe = 3");
        String longName = "n".repeat(20_000);
        expect(TRUE, MapSubject.of(longName, 1), longName + " = 1");
    }

    @Test
    @Spec("SEL-11")
    void onlyAsciiLettersMakeAKeyword() {
        // Dotless i and long s have I and S as their upper case.
        expect(TRUE, MapSubject.of("ın", 1).with("ıſ", 2), "ın = 1", "ıſ = 2");
        expect(TRUE, MapSubject.of("INN", 1).with("ands", 2), "INN = 1 and ands = 2");
    }

    @Test
    @Spec({"SEL-12", "SEL-13", "SEL-17"})
    void headerFieldsAndDefinedPropertiesCanBeNamed() {
        expect(UNKNOWN, NOTHING, "JMSDeliveryMode = 'PERSISTENT'", "JMSPriority > 3");
        expect(UNKNOWN, NOTHING, "JMSMessageID = 'x'", "JMSTimestamp > 0", "JMSType = 'x'");
        expect(UNKNOWN, NOTHING, "JMSCorrelationID = 'x'", "JMSXGroupID = 'x'", "JMSXWhatever = 1");
        expect(TRUE, NOTHING, "JMS_vendor_thing IS NULL", "JMSXAppID IS NULL");
    }

    @Test
    @Spec("SEL-16")
    void propertiesKeepTheTypeTheyWereSetWith() {
        expect(FALSE, MapSubject.of("n", "2"), "n > 1", "n = 2", "n <> 2", "n < 1");
        expect(FALSE, MapSubject.of("n", 2), "n = '2'", "n = TRUE");
        expect(FALSE, MapSubject.of("n", true), "n = 'true'", "n = 1");
    }

    @Test
    @Spec("SEL-20")
    void stringsAreQuotedOnceAndHaveNoBackslashes() {
        expect(TRUE, MapSubject.of("s", "literal's"), "s = 'literal''s'");
        expect(TRUE, MapSubject.of("s", "'"), "s = ''''");
        expect(TRUE, MapSubject.of("s", ""), "s = ''");
        expect(TRUE, MapSubject.of("s", "a\\nb"), "s = 'a\\nb'");
        expect(TRUE, MapSubject.of("s", "漢\n𝄞 -- /* */"), "s = '漢\n𝄞 -- /* */'");
    }

    @Test
    @Spec({"SEL-21", "SEL-22", "SEL-23"})
    void exactNumbersFollowJava() {
        expect(TRUE, NOTHING, "035 = 29", "0x1d = 29", "0X1D = 29L", "-957 = 0-957", "+62 = 62l");
        expect(TRUE, MapSubject.of("n", Long.MIN_VALUE), "n = -9223372036854775808L");
        expect(TRUE, MapSubject.of("n", Long.MIN_VALUE), "n = - 9223372036854775808");
        expect(
                TRUE,
                MapSubject.of("n", Long.MAX_VALUE),
                "n = 9223372036854775807",
                "n=0x7fffffffffffffff");
        expect(TRUE, NOTHING, "2147483648 > 0", "0xFFFFFFFF = 4294967295", "0 = 00", "0L = 0x0");
        // An int wraps, a long does not: the literal's size decides its type.
        expect(TRUE, NOTHING, "2147483647 + 1 < 0", "2147483648 + 1 > 0", "2147483647L + 1 > 0");
        expect(TRUE, NOTHING, "-2147483648 - 1 > 0", "-2147483649 - 1 < 0");
    }

    @Test
    @Spec("SEL-24")
    void approximateNumbersFollowJava() {
        expect(
                TRUE,
                NOTHING,
                "7. = 7",
                ".7e4 = 7000",
                "-57.9E2 = -5790",
                "7E3 = 7000",
                "95.7 > 95");
        expect(
                TRUE,
                NOTHING,
                "1e-1 = 0.1",
                "1E+2 = 100.0",
                "5d = 5",
                "5F = 5.",
                "08.5 = 8.5",
                "07f = 7");
        expect(TRUE, MapSubject.of("f", 1.1f), "f = 1.1f", "f <> 1.1", "f > 1.1");
        expect(TRUE, NOTHING, "0e0 = 0", "0.0f = 0", "4.9e-324 > 0");
    }

    @Test
    @Spec("SEL-25")
    void booleansAreWrittenInAnyCase() {
        expect(
                TRUE,
                NOTHING,
                "true",
                "True",
                "tRUE",
                "not FALSE",
                "fAlSe = false",
                "TRUE <> FALSE");
    }

    @Test
    @Spec("SEL-30")
    void booleanIdentifierIsACondition() {
        MapSubject subject = MapSubject.of("yes", true).with("no", false).with("s", "true");
        expect(TRUE, subject, "yes", "TRUE OR (FALSE AND FALSE)", "(no or yes)", "yes = TRUE");
        expect(FALSE, subject, "no", "yes AND no", "no = TRUE", "yes <> TRUE");
        expect(UNKNOWN, subject, "s", "s OR no", "absent");
        expect(UNKNOWN, MapSubject.of("n", 1), "n", "n AND TRUE");
    }

    @Test
    @Spec("SEL-30")
    void conditionIsABooleanValue() {
        expect(TRUE, NOTHING, "(1 = 1) = TRUE", "(1 = 2) <> (1 = 1)");
        expect(UNKNOWN, NOTHING, "(absent = 1) = FALSE");
    }

    @Test
    @Spec({"SEL-32", "SEL-37"})
    void numbersOfAllTypesCompareWithJavasPromotion() {
        MapSubject subject =
                MapSubject.of("b", (byte) 5)
                        .with("s", (short) 5)
                        .with("i", 5)
                        .with("l", 5L)
                        .with("f", 5f)
                        .with("d", 5d);
        for (String left : "b s i l f d".split(" ")) {
            for (String right : "b s i l f d".split(" ")) {
                expect(TRUE, subject, left + " = " + right, left + " <= " + right);
                expect(TRUE, subject, left + " >= " + right, left + " - " + right + " = 0");
                expect(FALSE, subject, left + " <> " + right, left + " < " + right);
                expect(FALSE, subject, left + " > " + right);
            }
        }
        // int with float is float: both sides lose the same bits.
        expect(TRUE, NOTHING, "16777217 = 16777216f", "16777217 <> 16777216d");
        expect(TRUE, NOTHING, "9007199254740993 = 9007199254740992d");
    }

    @Test
    @Spec({"SEL-32", "SEL-33"})
    void unlikeTypesAreFalseForEveryOperator() {
        MapSubject subject = MapSubject.of("s", "x").with("n", 1).with("b", true);
        for (String operator : new String[] {"=", "<>", "<", "<=", ">", ">="}) {
            expect(FALSE, subject, "s " + operator + " n", "n " + operator + " b");
            expect(FALSE, subject, "b " + operator + " s");
        }
    }

    @Test
    @Spec({"SEL-32", "SEL-17"})
    void nullComparedIsUnknown() {
        MapSubject subject = MapSubject.of("n", 1);
        for (String operator : new String[] {"=", "<>", "<", "<=", ">", ">="}) {
            expect(UNKNOWN, subject, "absent " + operator + " 1", "1 " + operator + " absent");
            expect(UNKNOWN, subject, "absent " + operator + " absent", "n " + operator + " absent");
        }
    }

    @Test
    @Spec("SEL-34")
    void stringsAreEqualCharByChar() {
        MapSubject subject = MapSubject.of("s", "a").with("t", "a").with("u", "b");
        expect(TRUE, subject, "s = t", "s <> u", "s = 'a'", "'a' = s", "'a' = 'a'");
        expect(FALSE, subject, "s = 'a '", "s = 'A'", "s <> 'a'", "s < u", "u > s", "s <= t");
    }

    @Test
    @Spec({"SEL-40", "SEL-43"})
    void arithmeticIsJavas() {
        MapSubject subject =
                MapSubject.of("a", 7).with("b", 2).with("f", 0.5f).with("y", (byte) 127);
        expect(
                TRUE,
                subject,
                "a / b = 3",
                "a / 2. = 3.5",
                "-a / b = -3",
                "y + 1 = 128",
                "-y = -127");
        expect(TRUE, subject, "- a + 7 = 0", "+a = 7", "-a < 0", "- -a = 7", "-(-(a)) = 7");
        expect(TRUE, subject, "a * f = 3.5f", "a - -b = 9", "a + +b = 9", "-a*-b = 14");
        expect(TRUE, NOTHING, "-2147483648 / -1 = -2147483648", "1 / 3. <> 1 / 3f");
    }

    @Test
    @Spec("SEL-41")
    void arithmeticWithNullIsUnknown() {
        expect(UNKNOWN, NOTHING, "absent + 2 < 10", "2 * absent = 0", "-absent = 0", "+absent = 0");
        expect(TRUE, NOTHING, "1 = 1 OR absent + 1 = 2");
    }

    @Test
    @Spec({"SEL-42", "SEL-4"})
    void impossibleArithmeticIsUnknownAndNeverThrows() {
        MapSubject subject = MapSubject.of("s", "5").with("t", true).with("zero", 0);
        expect(UNKNOWN, subject, "s + 1 = 6", "t * 2 = 2", "-s < 0", "+s = 5", "1 / zero = 1");
        expect(UNKNOWN, subject, "1L / zero = 1", "1 / 0 = 0", "0 / 0 <> 0");
        expect(TRUE, subject, "1. / zero > 1e300", "-1. / 0 < 0", "0. / 0 <> 0. / 0");
        expect(FALSE, subject, "0. / 0 = 0. / 0");
    }

    @Test
    @Spec("SEL-50")
    void betweenIncludesItsBoundsAndDoesNotSwapThem() {
        MapSubject subject = MapSubject.of("n", 5).with("low", 1).with("high", 9);
        expect(TRUE, subject, "n BETWEEN 5 AND 6", "n BETWEEN 4 AND 5", "n between low and high");
        expect(TRUE, subject, "n + 4 BETWEEN high AND high * 2", "n NOT BETWEEN 6 AND 9");
        expect(FALSE, subject, "n BETWEEN 6 AND 4", "n NOT BETWEEN 5 AND 5", "n BETWEEN -3 AND -1");
        expect(TRUE, subject, "n BETWEEN 1 AND 9 AND low = 1", "7.5 NOT BETWEEN 8 AND 9");
        expect(UNKNOWN, subject, "absent BETWEEN 1 AND 2", "n BETWEEN 1 AND absent");
        expect(FALSE, subject, "n BETWEEN 6 AND absent");
        expect(TRUE, subject, "n NOT BETWEEN 6 AND absent");
    }

    @Test
    @Spec("SEL-51")
    void stringIsNeitherBetweenNumbersNorNotBetweenThem() {
        MapSubject subject = MapSubject.of("s", "7");
        assertThat(parse("s BETWEEN 5 AND 10").matches(subject)).isFalse();
        assertThat(parse("s NOT BETWEEN 5 AND 10").matches(subject)).isFalse();
    }

    @Test
    @Spec("SEL-52")
    void inFindsOneOfItsStrings() {
        MapSubject subject = MapSubject.of("s", "b").with("quote", "it's");
        expect(TRUE, subject, "s IN ('a','b')", "s NOT IN ('c')", "quote in ('it''s', 'x', 'x')");
        expect(FALSE, subject, "s IN ('B')", "s NOT IN ('a', 'b')", "s IN ('')");
    }

    @Test
    @Spec({"SEL-53", "SEL-54"})
    void inIsUnknownForNullAndForWhatIsNotAString() {
        expect(UNKNOWN, NOTHING, "absent IN ('a')", "absent NOT IN ('a')");
        expect(UNKNOWN, MapSubject.of("n", 1), "n IN ('1')", "n NOT IN ('a')");
        expect(UNKNOWN, MapSubject.of("b", true), "b IN ('true')", "b NOT IN ('true')");
    }

    @Test
    @Spec("SEL-55")
    void likeKnowsOneCharacterAndAnyRun() {
        expect(TRUE, MapSubject.of("s", "12993"), "s LIKE '12%3'", "s LIKE '%'", "s LIKE '_____'");
        expect(FALSE, MapSubject.of("s", "1234"), "s LIKE '12%3'", "s LIKE '___'", "s LIKE '12'");
        expect(TRUE, MapSubject.of("s", "lose"), "s LIKE 'l_se'", "s LIKE 'lose'", "s LIKE '%o%'");
        expect(FALSE, MapSubject.of("s", "loose"), "s LIKE 'l_se'", "s LIKE 'L%'", "s LIKE 'oose'");
        expect(TRUE, MapSubject.of("s", "a\nb"), "s LIKE 'a_b'", "s LIKE 'a%b'");
        expect(TRUE, MapSubject.of("s", ""), "s LIKE ''", "s LIKE '%'", "s LIKE '%%'");
        expect(FALSE, MapSubject.of("s", ""), "s LIKE '_'", "s LIKE '%_'");
        expect(TRUE, MapSubject.of("s", "a.*[b]\\"), "s LIKE 'a.*[b]\\'", "s NOT LIKE 'a.*'");
        expect(TRUE, MapSubject.of("s", "a𝄞b"), "s LIKE 'a_b'", "s LIKE '%𝄞%'", "s LIKE '___'");
        expect(FALSE, MapSubject.of("s", "aba"), "s LIKE 'ab%ba'", "s LIKE 'a%b'");
    }

    @Test
    @Spec("SEL-56")
    void escapeTakesTheMeaningOfTheNextCharacter() {
        expect(TRUE, MapSubject.of("s", "_foo"), "s LIKE '\\_%' ESCAPE '\\'");
        expect(FALSE, MapSubject.of("s", "bar"), "s LIKE '\\_%' ESCAPE '\\'");
        expect(TRUE, MapSubject.of("s", "_A%B"), "s LIKE '\\__\\%%' ESCAPE '\\'");
        expect(TRUE, MapSubject.of("s", "x"), "s LIKE 'zx' ESCAPE 'z'");
        expect(TRUE, MapSubject.of("s", "\\a"), "s LIKE '\\\\a' ESCAPE '\\'");
        expect(TRUE, MapSubject.of("s", "%'"), "s LIKE '''%''''' escape ''''");
        expect(TRUE, MapSubject.of("s", "%"), "s LIKE '%%' ESCAPE '%'", "s LIKE '𝄞%' ESCAPE '𝄞'");
        expect(FALSE, MapSubject.of("s", "xx"), "s LIKE '__' ESCAPE '_'");
    }

    @Test
    @Spec("SEL-57")
    void likeIsUnknownForNullAndForWhatIsNotAString() {
        expect(UNKNOWN, NOTHING, "absent LIKE '%'", "absent NOT LIKE 'a'");
        expect(UNKNOWN, MapSubject.of("n", 1), "n LIKE '1'", "n NOT LIKE 'a'");
    }

    @Test
    @Spec("SEL-59")
    void isNullIsNeverUnknown() {
        MapSubject subject = MapSubject.of("n", 1);
        expect(TRUE, subject, "absent IS NULL", "n IS NOT NULL", "n is not null");
        expect(FALSE, subject, "absent IS NOT NULL", "n IS NULL");
    }

    @Test
    @Spec({"SEL-60", "SEL-61"})
    void logicHasThreeValues() {
        Truth[] values = {TRUE, FALSE, UNKNOWN};
        Truth[][] and = {{TRUE, FALSE, UNKNOWN}, {FALSE, FALSE, FALSE}, {UNKNOWN, FALSE, UNKNOWN}};
        Truth[][] or = {{TRUE, TRUE, TRUE}, {TRUE, FALSE, UNKNOWN}, {TRUE, UNKNOWN, UNKNOWN}};
        for (int left = 0; left < values.length; left++) {
            for (int right = 0; right < values.length; right++) {
                String operands = term(values[left]) + " %s " + term(values[right]);
                expect(and[left][right], NOTHING, operands.formatted("AND"));
                expect(or[left][right], NOTHING, operands.formatted("OR"));
            }
        }
        expect(UNKNOWN, NOTHING, "NOT absent", "NOT NOT absent", "NOT (absent = 1)");
    }

    private static String term(Truth truth) {
        return truth == UNKNOWN ? "absent" : truth.name();
    }
}
