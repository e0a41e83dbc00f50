package org.millrace.broker.admin;

import static org.millrace.wire.admin.AdminOperations.ALTER_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.CREATE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.DELETE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.DESCRIBE_DESTINATION;
import static org.millrace.wire.admin.AdminOperations.LIST_DESTINATIONS;
import static org.millrace.wire.admin.AdminOperations.LIST_LOGS;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.millrace.broker.destination.Destination;
import org.millrace.broker.destination.Destinations;
import org.millrace.broker.destination.SettingValue;
import org.millrace.broker.dispatch.Subscription;
import org.millrace.broker.loop.Answer;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.loop.Storage;
import org.millrace.broker.session.Rooms;
import org.millrace.persistence.PartitionId;
import org.millrace.wire.Address;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Content;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.AdminArguments.OfDestination;
import org.millrace.wire.admin.DeletedDestination;
import org.millrace.wire.admin.DestinationDetails;
import org.millrace.wire.admin.DestinationSummary;
import org.millrace.wire.admin.LogExtent;
import org.millrace.wire.admin.Page;
import org.millrace.wire.admin.Setting;

/** Operations on queues and topics. Confined to the broker loop. */
final class DestinationOperations {
    private final Rooms rooms;
    private final Destinations destinations;
    private final Storage storage;

    DestinationOperations(Rooms rooms) {
        this.rooms = rooms;
        this.destinations = rooms.destinations();
        this.storage = rooms.ground().storage();
    }

    void addTo(OperationTable table) {
        table.paged(LIST_DESTINATIONS, this::list);
        table.single(DESCRIBE_DESTINATION, this::describe);
        table.paged(LIST_LOGS, this::logs);
        table.changing(CREATE_DESTINATION, this::create);
        table.changing(ALTER_DESTINATION, this::alter);
        table.changing(DELETE_DESTINATION, this::delete);
    }

    private void list(Listing asked, Answer<Page<DestinationSummary>> answer) {
        DestinationScan scan =
                DestinationScan.of(
                        destinations, asked.pattern(), Place.parse(asked.after()), Pager.MAX_ITEMS);
        Pager<DestinationSummary> pager = new Pager<>();
        for (Destination each : scan.found()) {
            DestinationSummary summary = Extents.of(each, storage).summary(each);
            if (!pager.offer(summary, Place.behind(each.id()).text())) {
                answer.granted(pager.full());
                return;
            }
        }
        answer.granted(pager.upTo(scan.more()));
    }

    private void describe(OfDestination asked, Answer<DestinationDetails> answer) {
        destinations.find(
                Address.of(asked.kind(), asked.name()),
                Answer.of(found -> answer.granted(details(found)), answer::refused));
    }

    private DestinationDetails details(Destination destination) {
        Extents extents = Extents.of(destination, storage);
        return new DestinationDetails(
                extents.summary(destination),
                destination.id(),
                destination.created(),
                destination.settingValues().stream().map(DestinationOperations::setting).toList(),
                extents.oldest());
    }

    private static Setting setting(SettingValue value) {
        Setting.Origin origin =
                switch (value.origin()) {
                    case DESTINATION -> Setting.Origin.DESTINATION;
                    case PATTERN -> Setting.Origin.PATTERN;
                    case DEFAULT -> Setting.Origin.DEFAULT;
                };
        return new Setting(value.key(), value.value(), origin, value.meaning());
    }

    private void logs(OfDestination asked, Answer<Page<LogExtent>> answer) {
        Place after = Place.parse(asked.after());
        destinations.find(
                Address.of(asked.kind(), asked.name()),
                Answer.of(found -> answer.granted(logs(found, after)), answer::refused));
    }

    private Page<LogExtent> logs(Destination destination, Place after) {
        Pager<LogExtent> pager = new Pager<>();
        long shown = after.withinOf(destination.id());
        for (PartitionId each : storage.partitions(destination.id())) {
            long place = Extents.place(each);
            LogExtent extent = Extents.of(each, storage.bounds(each));
            if (place > shown && !pager.offer(extent, new Place(destination.id(), place).text())) {
                return pager.full();
            }
        }
        return pager.upTo("");
    }

    // ---------------------------------------------------------------- changing

    /** As an option in the name does, so that both know the same settings. */
    private void create(NewDestination asked, Answer<DestinationDetails> answer) {
        checkName(asked.name());
        StringJoiner options = new StringJoiner("&");
        asked.partitions().ifPresent(count -> options.add("partitions=" + count));
        asked.settings().forEach((key, value) -> options.add(option(key, value)));
        destinations.create(
                new Address(asked.kind(), asked.name(), options.toString()),
                Answer.of(created -> answer.granted(details(created)), answer::refused));
    }

    /** More is checked with options and all; but these would begin there. */
    private static void checkName(String name) {
        if (name.indexOf('?') >= 0) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "a destination's name has no '?', '%s' has; nothing was created",
                    name.replaceAll("\\p{Cntrl}", "?"));
        }
    }

    private static String option(String key, String value) {
        if (!key.matches("\\w+")) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "'%s' is no setting of a destination; nothing was created",
                    key.replaceAll("\\p{Cntrl}", "?"));
        }
        return key + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private void alter(AlteredDestination asked, Answer<DestinationDetails> answer) {
        Map<String, Optional<String>> changes = new HashMap<>();
        asked.settings().forEach((key, value) -> changes.put(key, Optional.of(value)));
        for (String key : asked.reset()) {
            if (changes.put(key, Optional.empty()) != null) {
                throw RefusedException.of(
                        ErrorCode.INVALID_ARGUMENT,
                        "setting '%s' is to be set and reset; nothing was changed",
                        key);
            }
        }
        if (changes.isEmpty() == asked.partitions().isEmpty()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_ARGUMENT,
                    "expected either settings or a number of partitions, so that all or nothing is"
                            + " changed; nothing was changed");
        }
        Address address = Address.of(asked.kind(), asked.name());
        Runnable done = () -> describe(new OfDestination(asked.kind(), asked.name(), ""), answer);
        if (asked.partitions().isPresent()) {
            destinations.changePartitions(
                    address,
                    asked.partitions().getAsInt(),
                    Answer.of(before -> done.run(), answer::refused));
        } else {
            destinations.alter(address, changes, Answer.of(altered -> done.run(), answer::refused));
        }
    }

    private void delete(DoomedDestination asked, Answer<DeletedDestination> answer) {
        destinations.find(
                Address.of(asked.kind(), asked.name()),
                Answer.of(
                        found -> {
                            try {
                                delete(found, asked.content(), answer);
                            } catch (RefusedException why) {
                                answer.refused(why);
                            }
                        },
                        answer::refused));
    }

    private void delete(Destination doomed, Content content, Answer<DeletedDestination> answer) {
        checkUnused(doomed);
        destinations.checkNotInDoubt(doomed);
        long messages = Extents.of(doomed, storage).messages();
        int durable =
                doomed.isTopic()
                        ? (int)
                                doomed.subscriptions().stream()
                                        .filter(Subscription::isDurable)
                                        .count()
                        : 0;
        if (content == Content.MUST_BE_NONE && (messages > 0 || durable > 0)) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has %d messages and %d durable subscriptions and was not deleted;"
                            + " consume or purge and unsubscribe, or have them dropped with it"
                            + " (--force)",
                    doomed,
                    messages,
                    durable);
        }
        DeletedDestination deleted =
                new DeletedDestination(
                        doomed.address().kind(), doomed.address().name(), messages, durable);
        destinations.drop(
                doomed, doomed + " was deleted by an administrator", () -> answer.granted(deleted));
        rooms.subscriptions().forgetTopic(doomed);
    }

    private static void checkUnused(Destination doomed) {
        if (doomed.address().kind().isTemporary()) {
            throw RefusedException.of(
                    ErrorCode.INVALID_DESTINATION,
                    "%s is temporary: it goes with its connection",
                    doomed);
        }
        List<Subscription> held =
                doomed.subscriptions().stream().filter(each -> each.isHeldBy(any -> true)).toList();
        if (doomed.consumerCount() > 0 || !held.isEmpty()) {
            throw RefusedException.of(
                    ErrorCode.IN_USE,
                    "%s has %d open consumers and %d subscriptions with messages that are delivered"
                            + " and not acknowledged, and was not deleted; close the consumers and"
                            + " sessions first",
                    doomed,
                    doomed.consumerCount(),
                    held.size());
        }
    }
}
