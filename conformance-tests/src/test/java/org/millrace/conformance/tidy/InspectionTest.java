package org.millrace.conformance.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inspections see what they are there for. */
class InspectionTest {
    private static final String UNTIDY =
            """
            import java.nio.file.Files;
            class OrderManager {
                // TO%sDO: later, see /ho%sme/somebody
                void act(int a, int b, int c, int d, int e, int f, int g) throws Exception {
                    Thread.sleep(1);
                    System.out.println(System.nanoTime() + new java.util.Random().nextInt());
                    Runnable clock = System::currentTimeMillis;
                    Math.random();
            %s
                }
            }
            """
                    .formatted("", "", "        act();\n".repeat(500));

    @TempDir Path root;

    private List<Finding> findings(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        Repository repository = new Repository(root);
        List<Finding> findings = new ArrayList<>(new TextInspection(repository).findings());
        findings.addAll(new CodeInspection(repository).findings());
        return findings;
    }

    private static Set<Rule> rules(List<Finding> findings) {
        return findings.stream().map(Finding::rule).collect(Collectors.toSet());
    }

    @Test
    void everyRuleIsSeenInTheProduct() throws IOException {
        List<Finding> findings = findings("broker-server/src/main/java/OrderManager.java", UNTIDY);

        assertThat(rules(findings)).isEqualTo(EnumSet.allOf(Rule.class));
        assertThat(findings)
                .extracting(Finding::toString)
                .contains(
                        "broker-server/src/main/java/OrderManager.java:5: Thread.sleep; "
                                + Rule.SLEEP.remedy());
    }

    @Test
    void testsMayHaveClocksChanceFilesAndLength() throws IOException {
        assertThat(rules(findings("broker-server/src/test/java/OrderManager.java", UNTIDY)))
                .containsExactlyInAnyOrder(
                        Rule.NAME,
                        Rule.METHOD_SIZE,
                        Rule.PARAMETERS,
                        Rule.SLEEP,
                        Rule.LEFTOVER,
                        Rule.FOREIGN_PLACE);
    }

    @Test
    void recordsMayHaveAsManyPartsAsTheyNeed() throws IOException {
        String wide =
                """
                record Wide(int a, int b, int c, int d, int e, int f, int g) {
                    Wide {
                        a++;
                    }
                }
                """;

        assertThat(findings("wire-protocol/src/main/java/Wide.java", wide)).isEmpty();
    }
}
