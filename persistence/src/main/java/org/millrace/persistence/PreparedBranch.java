package org.millrace.persistence;

import java.util.List;

/** A branch in doubt, with the appends and settles that its commit will apply. */
public record PreparedBranch(BranchId branch, List<Change> changes) {}
