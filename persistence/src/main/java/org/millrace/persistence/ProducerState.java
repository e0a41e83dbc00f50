package org.millrace.persistence;

import java.util.List;

/**
 * What is stored of one producer, so that a resend is recognised.
 *
 * @param epoch the newest epoch seen
 * @param sequences stored sequences of that epoch as inclusive ranges, ascending; a gap was refused
 *     or never sent
 * @param lastCommitNumber newest {@link Change.CommitMark}, {@code -1} when none
 */
public record ProducerState(
        long producerId, short epoch, List<OffsetRange> sequences, long lastCommitNumber) {}
