package org.millrace.conformance.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class SpecCoverageTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    @Test
    void thePageIsWhatTheTestsSay() throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs/spec-coverage.md")))
                .as("docs/spec-coverage.md is stale: run ./dev docs")
                .isEqualTo(new SpecCoverage(ROOT).page());
    }

    @Test
    void testsNameOnlyIdsOfTheChecklist() throws IOException {
        assertThat(new SpecCoverage(ROOT).unknownIds()).isEmpty();
    }
}
