package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.CONFIG;

import java.util.List;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.ConfigEntry;
import org.millrace.wire.admin.Page;

/** The configuration, as it was when the broker started. Confined to the broker loop. */
final class ConfigOperations {
    private final List<ConfigEntry> config;

    ConfigOperations(List<ConfigEntry> config) {
        this.config = config;
    }

    void addTo(OperationTable table) {
        table.paged(CONFIG, this::list);
    }

    private void list(Listing asked, Answer<Page<ConfigEntry>> answer) {
        int from = asked.after().isEmpty() ? 0 : number(asked.after());
        Pager<ConfigEntry> pager = new Pager<>();
        for (int i = from; i < config.size(); i++) {
            if (!pager.offer(config.get(i), String.valueOf(i + 1))) {
                answer.granted(pager.full());
                return;
            }
        }
        answer.granted(pager.upTo(""));
    }

    private static int number(String after) {
        if (after.matches("[0-9]{1,9}")) {
            return Integer.parseInt(after);
        }
        throw RefusedException.of(
                ErrorCode.INVALID_ARGUMENT, "'after' is not what a page called 'next'");
    }
}
