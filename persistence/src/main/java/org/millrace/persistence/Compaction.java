package org.millrace.persistence;

import org.millrace.foundation.Check;

/**
 * What may be dropped from the front of a log of which only the newest record for each key matters.
 *
 * @param beforeOffset records from here on are neither dropped nor do they replace others
 * @param tombstonesBeforeMillis records without value and with an older timestamp may go, too, once
 *     nothing older of their key is left
 */
public record Compaction(long beforeOffset, long tombstonesBeforeMillis) {
    public Compaction {
        Check.argument(beforeOffset >= 0, "compaction before offset %d", beforeOffset);
    }
}
