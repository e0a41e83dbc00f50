package org.millrace.persistence;

import java.util.List;

/**
 * Answer to a durable unit of work.
 *
 * @param baseOffsets the base offset of each {@link Change.Append} of the unit, in the unit's order
 */
public record Committed(List<Long> baseOffsets) {}
