package org.millrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/protocol.md with the code. With {@code -Dmillrace.docs=write} it brings the page up
 * to date instead. That fields are really encoded as the page says is proven in {@link
 * FrameCodecTest}, against {@link ReferenceEncoding}.
 */
class ProtocolPageTest {
    private static final Path PAGE = Path.of("..", "docs", "protocol.md");

    @Test
    void thePageSaysWhatTheCodeDoes() throws IOException {
        String page = Files.readString(PAGE);
        String current = page;
        current = withTable(current, "limits", ProtocolPage.limits());
        current = withTable(current, "frames", ProtocolPage.frames());
        current = withTable(current, "types", ProtocolPage.types());
        current = withTable(current, "errors", ProtocolPage.errors());
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.writeString(PAGE, current);
            return;
        }
        assertThat(page)
                .as("docs/protocol.md is stale: run this test with -Dmillrace.docs=write")
                .isEqualTo(current);
    }

    @Test
    void thePageNamesTheVersion() throws IOException {
        assertThat(Files.readString(PAGE))
                .contains("This page describes version " + FrameCodec.VERSION + ".");
    }

    private static String withTable(String page, String name, String table) {
        String begin = "<!-- generated: " + name + " -->\n";
        String end = "<!-- end -->";
        int from = page.indexOf(begin);
        assertThat(from).as("marker %s in %s", name, PAGE).isNotNegative();
        int start = from + begin.length();
        return page.substring(0, start) + table + page.substring(page.indexOf(end, start));
    }
}
