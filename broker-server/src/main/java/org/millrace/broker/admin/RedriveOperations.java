package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.CANCEL_REDRIVE;
import static org.millrace.wire.admin.AdminOperations.REDRIVE_STATUS;
import static org.millrace.wire.admin.AdminOperations.START_REDRIVE;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.millrace.broker.destination.Redrive;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.session.Rooms;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.MoveMode;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.AdminArguments.OfRedrive;
import org.millrace.wire.admin.RedriveStatus;

/**
 * Redrives, which take long: they are begun, and then asked how far they are. Confined to the
 * broker loop.
 */
final class RedriveOperations {
    private static final int MAX_RUNNING = 16;

    /** Those that have ended are remembered up to so many. */
    private static final int MAX_KNOWN = 100;

    /** One that was begun. */
    private static final class Run {
        final long id;
        Redrive.Running running;
        Optional<Redrive.Outcome> outcome = Optional.empty();

        Run(long id) {
            this.id = id;
        }
    }

    private final Rooms rooms;
    private final Map<Long, Run> runs = new LinkedHashMap<>();
    private long lastId;

    RedriveOperations(Rooms rooms) {
        this.rooms = rooms;
    }

    void addTo(OperationTable table) {
        table.changing(START_REDRIVE, this::start);
        table.single(REDRIVE_STATUS, (asked, answer) -> answer.granted(status(find(asked))));
        table.changing(CANCEL_REDRIVE, this::cancel);
    }

    private void start(NewRedrive asked, Answer<RedriveStatus> answer) {
        long underWay = runs.values().stream().filter(each -> each.outcome.isEmpty()).count();
        if (underWay >= MAX_RUNNING) {
            throw RefusedException.of(
                    ErrorCode.RESOURCE_LIMIT,
                    "%d redrives are under way; wait for one, or cancel it",
                    underWay);
        }
        Redrive.Request request =
                new Redrive.Request(
                        Address.of(Address.Kind.QUEUE, asked.queue()),
                        asked.selector(),
                        asked.maxMessages(),
                        asked.messagesPerSecond(),
                        asked.mode() == MoveMode.DRY_RUN
                                ? Redrive.Mode.DRY_RUN
                                : Redrive.Mode.MOVE);
        Run run = new Run(++lastId);
        // The queue is looked for first, so that one that is not there is refused, not begun.
        rooms.destinations()
                .find(
                        request.from(),
                        Answer.of(found -> begin(run, request, answer), answer::refused));
    }

    private void begin(Run run, Redrive.Request request, Answer<RedriveStatus> answer) {
        RefusedException[] refused = new RefusedException[1];
        run.running =
                rooms.destinations()
                        .redrive(
                                request,
                                Answer.of(
                                        outcome -> run.outcome = Optional.of(outcome),
                                        why -> refused[0] = why));
        if (refused[0] != null) {
            answer.refused(refused[0]);
            return;
        }
        forgetOldest();
        runs.put(run.id, run);
        answer.granted(status(run));
    }

    private void forgetOldest() {
        if (runs.size() >= MAX_KNOWN) {
            runs.values().stream()
                    .filter(each -> each.outcome.isPresent())
                    .findFirst()
                    .ifPresent(oldest -> runs.remove(oldest.id));
        }
    }

    private void cancel(OfRedrive asked, Answer<RedriveStatus> answer) {
        Run run = find(asked);
        run.running.cancel();
        answer.granted(status(run));
    }

    private Run find(OfRedrive asked) {
        Run found = runs.get(asked.id());
        if (found == null) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "redrive %d is not known; the last %d since the broker started are",
                    asked.id(),
                    MAX_KNOWN);
        }
        return found;
    }

    private static RedriveStatus status(Run run) {
        Redrive.Progress progress =
                run.outcome.map(Redrive.Outcome::progress).orElseGet(run.running::progress);
        return new RedriveStatus(
                run.id,
                run.outcome.map(each -> state(each.end())).orElse(RedriveStatus.State.RUNNING),
                progress.redriven(),
                progress.byOrigin().entrySet().stream()
                        .limit(RedriveStatus.MAX_ORIGINS)
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                progress.notSelected(),
                progress.notLetters(),
                progress.homeless(),
                progress.held(),
                run.outcome.map(Redrive.Outcome::why).orElse(""));
    }

    private static RedriveStatus.State state(Redrive.End end) {
        return switch (end) {
            case FINISHED -> RedriveStatus.State.FINISHED;
            case CANCELLED -> RedriveStatus.State.CANCELLED;
            case STOPPED -> RedriveStatus.State.STOPPED;
        };
    }
}
