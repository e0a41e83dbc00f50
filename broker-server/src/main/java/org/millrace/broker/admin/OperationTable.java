package org.millrace.broker.admin;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminJson;
import org.millrace.wire.admin.AdminOperation;
import org.millrace.wire.admin.Page;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operations by name, and who carries them out. Confined to the broker loop. */
final class OperationTable {
    private static final Logger LOG = LoggerFactory.getLogger(OperationTable.class);

    /** Takes arguments as JSON and answers with JSON. */
    private interface Act {
        void run(String arguments, String asker, Answer<String> answer);
    }

    private final Map<String, Act> byName = new LinkedHashMap<>();

    static OperationTable of(Rooms rooms, AdminPlan plan) {
        OperationTable table = new OperationTable();
        new DestinationOperations(rooms).addTo(table);
        new SubscriptionOperations(rooms).addTo(table);
        new LagOperations(rooms).addTo(table);
        new RedriveOperations(rooms).addTo(table);
        new TransactionOperations(rooms.branches()).addTo(table);
        new DoctorOperations(rooms).addTo(table);
        new ConfigOperations(plan.config()).addTo(table);
        return table;
    }

    /** One that looks only, and has one result. */
    <A, R> void single(AdminOperation<A, R> operation, BiConsumer<A, Answer<R>> act) {
        byName.put(
                operation.name(),
                (arguments, asker, answer) ->
                        act.accept(AdminJson.arguments(operation, arguments), written(answer)));
    }

    /** One that looks only, and answers in pages. */
    <A, R> void paged(AdminOperation<A, R> operation, BiConsumer<A, Answer<Page<R>>> act) {
        byName.put(
                operation.name(),
                (arguments, asker, answer) ->
                        act.accept(AdminJson.arguments(operation, arguments), written(answer)));
    }

    /** One that changes something: the log says who did what. */
    <A, R> void changing(AdminOperation<A, R> operation, BiConsumer<A, Answer<R>> act) {
        byName.put(
                operation.name(),
                (arguments, asker, answer) -> {
                    A read = AdminJson.arguments(operation, arguments);
                    act.accept(
                            read,
                            Answer.of(
                                    result -> {
                                        LOG.info(
                                                "{} did {}: {}", asker, operation, printable(read));
                                        answer.granted(AdminJson.write(result));
                                    },
                                    answer::refused));
                });
    }

    /** Names are what clients chose: they must not look like lines of the log. */
    private static String printable(Object arguments) {
        return arguments.toString().replaceAll("\\p{Cntrl}", "?");
    }

    private static <R> Answer<R> written(Answer<String> answer) {
        return Answer.of(result -> answer.granted(AdminJson.write(result)), answer::refused);
    }

    /**
     * @throws RefusedException when there is no such operation, or it is refused at once
     * @throws IllegalArgumentException when the arguments are not as they must be
     */
    void run(String operation, String arguments, String asker, Answer<String> answer) {
        Act act = byName.get(operation);
        if (act == null) {
            throw RefusedException.of(
                    ErrorCode.UNSUPPORTED,
                    "this broker has no admin operation '%s', it has %s",
                    operation.length() > 100 ? operation.substring(0, 100) + "..." : operation,
                    new TreeSet<>(byName.keySet()));
        }
        act.run(arguments, asker, answer);
    }
}
