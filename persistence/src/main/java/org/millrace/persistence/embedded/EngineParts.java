package org.millrace.persistence.embedded;

import org.millrace.persistence.StorageIo;
import org.millrace.persistence.catalog.Catalog;
import org.millrace.persistence.journal.Journal;
import org.millrace.persistence.segment.SegmentStore;
import org.millrace.persistence.state.DurableState;

/** What the rooms of one engine share, put together by {@link Recovery}. */
record EngineParts(
        EngineSettings settings,
        EngineLoops loops,
        StorageIo io,
        Catalog catalog,
        Journal journal,
        SegmentStore store,
        DurableState state,
        PartitionLogs logs,
        Room room,
        Poison poison) {}
