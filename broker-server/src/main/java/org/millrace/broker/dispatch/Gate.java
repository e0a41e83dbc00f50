package org.millrace.broker.dispatch;

/**
 * How far each walk of a view may go, while they are asked in their order: one through a newer
 * layout goes ahead when all older ones of its lane are passed, so that of a key, and of a session,
 * what was sent first is handed out first (ADR-0008). Confined to one round.
 */
final class Gate {
    private final boolean layered;
    private final Assignment assignment;
    private int lane = -1;
    private int layout = -1;
    private boolean olderPassed;
    private boolean allPassed;

    /**
     * {@code layered} says whether there are layouts of different age at all. Where partitions have
     * owners, what came back of an older one is waited for, too.
     */
    Gate(boolean layered, Assignment assignment) {
        this.layered = layered;
        this.assignment = assignment;
    }

    Walk.Reach before(Walk walk) {
        if (!layered) {
            return Walk.Reach.ALL;
        }
        if (walk.lane() != lane) {
            lane = walk.lane();
            olderPassed = true;
            allPassed = true;
            layout = walk.layout();
        } else if (walk.layout() != layout) {
            layout = walk.layout();
            olderPassed = allPassed;
        }
        return olderPassed ? Walk.Reach.ALL : Walk.Reach.PASSED;
    }

    void after(Walk walk) {
        if (layered) {
            boolean isDone = assignment == Assignment.SHARED || walk.keepsNothing();
            allPassed = allPassed && isDone && walk.hasPassedAll();
        }
    }
}
