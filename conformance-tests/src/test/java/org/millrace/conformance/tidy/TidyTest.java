package org.millrace.conformance.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The house style as far as a machine can see it, over all files of the repository. */
class TidyTest {
    private static final List<Finding> FINDINGS = new ArrayList<>();

    @BeforeAll
    static void inspect() {
        Repository repository = Repository.here();
        FINDINGS.addAll(new TextInspection(repository).findings());
        FINDINGS.addAll(new CodeInspection(repository).findings());
    }

    @ParameterizedTest
    @EnumSource(Rule.class)
    void ruleIsKept(Rule rule) {
        List<Finding> broken =
                FINDINGS.stream()
                        .filter(finding -> finding.rule() == rule)
                        .filter(finding -> Allowed.LIST.stream().noneMatch(a -> a.covers(finding)))
                        .toList();

        assertThat(broken)
                .as(
                        "%s; what must stay goes into %s with its reason",
                        rule, Allowed.class.getName())
                .isEmpty();
    }

    @Test
    void everyAllowanceIsNeeded() {
        List<Allowed> unneeded =
                Allowed.LIST.stream()
                        .filter(allowed -> FINDINGS.stream().noneMatch(allowed::covers))
                        .toList();

        assertThat(unneeded).as("nothing breaks these rules here any more").isEmpty();
    }
}
