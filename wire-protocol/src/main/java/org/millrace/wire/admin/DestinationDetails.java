package org.millrace.wire.admin;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One destination.
 *
 * @param id by which logs and the broker's log call it
 * @param created when
 * @param settings that can be given, each with where its value comes from
 * @param oldest timestamp of the oldest message that is kept
 */
public record DestinationDetails(
        DestinationSummary summary,
        long id,
        Instant created,
        List<Setting> settings,
        Optional<Instant> oldest) {}
