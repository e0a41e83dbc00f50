package org.millrace.wire.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.millrace.wire.Address;

class AdminJsonTest {
    @Test
    void argumentsComeBackAsTheyWereWritten() {
        var arguments =
                new AdminArguments.NewDestination(
                        Address.Kind.TOPIC,
                        "prices",
                        OptionalInt.of(8),
                        Map.of("retention", "P7D"));

        String json = AdminJson.write(arguments);

        assertThat(AdminJson.arguments(AdminOperations.CREATE_DESTINATION, json))
                .isEqualTo(arguments);
    }

    @Test
    void whatIsLeftOutIsEmpty() {
        assertThat(
                        AdminJson.arguments(
                                AdminOperations.CREATE_DESTINATION,
                                "{\"kind\":\"QUEUE\",\"name\":\"orders\"}"))
                .isEqualTo(
                        new AdminArguments.NewDestination(
                                Address.Kind.QUEUE, "orders", OptionalInt.empty(), Map.of()));
        assertThat(AdminJson.arguments(AdminOperations.LAG, ""))
                .isEqualTo(new AdminArguments.Listing("", ""));
    }

    @Test
    void wrongArgumentsAreRefusedByName() {
        assertThatThrownBy(
                        () -> AdminJson.arguments(AdminOperations.LAG, "{\"patern\":\"orders\"}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("arguments of lag")
                .hasMessageContaining("patern");
        assertThatThrownBy(() -> AdminJson.arguments(AdminOperations.LIST_LOGS, "{}"))
                .hasMessageContaining("'kind' is missing");
        assertThatThrownBy(() -> AdminJson.arguments(AdminOperations.LAG, "{"))
                .hasMessageContaining("nothing was done");
        assertThatThrownBy(() -> AdminJson.arguments(AdminOperations.LAG, "null"))
                .hasMessageContaining("there are none");
        assertThatThrownBy(() -> AdminJson.arguments(AdminOperations.LAG, "[]"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void pagesComeBackAsTheyWereWritten() {
        var extent =
                new LogExtent(
                        3,
                        4,
                        17,
                        4711,
                        1 << 20,
                        Optional.of(Instant.parse("2026-08-01T00:00:00Z")),
                        Optional.empty());

        String json = AdminJson.write(new Page<>(List.of(extent), "3"));

        assertThat(json).contains("\"2026-08-01T00:00:00Z\"");
        assertThat(AdminJson.page(AdminOperations.LIST_LOGS, json))
                .isEqualTo(new Page<>(List.of(extent), "3"));
    }

    @Test
    void resultsOfANewerBrokerAreUnderstood() {
        assertThat(
                        AdminJson.single(
                                AdminOperations.PURGE,
                                "{\"messages\":3,\"inFlight\":1,\"dust\":true}"))
                .isEqualTo(new Purged(3, 1));
    }
}
