package org.millrace.broker.server;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.millrace.wire.frame.Frame.XaOperation;

/**
 * What the XA specification says of branches, as simply as can be said: which code a call gets, and
 * where each message is. Knows nothing of the broker's classes.
 */
final class BranchModel {
    static final int OK = 0;
    static final int READ_ONLY = 3;
    static final int RB = 100;
    static final int RB_LINK = 101;
    static final int NOTA = -4;
    static final int PROTO = -6;
    static final int DUPID = -8;

    /** A message that was consumed from a queue, or sent to it. */
    record Item(String queue, String text) {}

    static final class Branch {
        final Map<Integer, Boolean> working = new TreeMap<>();
        final Set<Integer> connections = new HashSet<>();
        final List<Item> taken = new ArrayList<>();
        final List<Item> sent = new ArrayList<>();
        boolean prepared;
        int doom;
    }

    final Map<String, Branch> branches = new TreeMap<>();
    final Map<String, Set<String>> available = new TreeMap<>();

    Set<String> of(String queue) {
        return available.computeIfAbsent(queue, absent -> new TreeSet<>());
    }

    Optional<Branch> workOf(int session) {
        return branches.values().stream()
                .filter(branch -> branch.working.getOrDefault(session, false))
                .findFirst();
    }

    Set<String> prepared() {
        Set<String> names = new TreeSet<>();
        branches.forEach(
                (name, branch) -> {
                    if (branch.prepared) {
                        names.add(name);
                    }
                });
        return names;
    }

    /** The code that the call gets; it has its effect. */
    int call(XaOperation operation, String name, int session) {
        Branch branch = branches.get(name);
        if (operation == XaOperation.START) {
            if (branch != null) {
                return DUPID;
            }
            if (workOf(session).isPresent()) {
                return PROTO;
            }
            branch = new Branch();
            branches.put(name, branch);
            enter(branch, session);
            return OK;
        }
        if (branch == null) {
            return NOTA;
        }
        return switch (operation) {
            case JOIN, RESUME -> reenter(operation, branch, session);
            case END_SUCCESS, END_FAIL, SUSPEND -> end(operation, branch, session);
            case PREPARE, COMMIT_ONE_PHASE -> complete(operation, name, branch);
            case COMMIT -> {
                if (!branch.prepared) {
                    yield PROTO;
                }
                apply(name);
                yield OK;
            }
            case ROLLBACK -> {
                if (branch.working.containsValue(true)) {
                    yield PROTO;
                }
                undo(name);
                yield OK;
            }
            case FORGET -> PROTO;
            case START, RECOVER -> throw new IllegalArgumentException(operation.toString());
        };
    }

    private static void enter(Branch branch, int session) {
        branch.working.put(session, true);
        branch.connections.add(session);
    }

    private int reenter(XaOperation operation, Branch branch, int session) {
        boolean suspended = branch.working.containsKey(session);
        if (workOf(session).isPresent()
                || branch.prepared
                || (operation == XaOperation.RESUME && !suspended)) {
            return PROTO;
        }
        if (branch.doom != 0) {
            return branch.doom;
        }
        if (operation == XaOperation.JOIN && suspended) {
            return PROTO;
        }
        enter(branch, session);
        return OK;
    }

    private int end(XaOperation operation, Branch branch, int session) {
        Boolean was = branch.working.get(session);
        if (was == null || (operation == XaOperation.SUSPEND && !was)) {
            return PROTO;
        }
        if (operation == XaOperation.SUSPEND && branch.doom == 0) {
            branch.working.put(session, false);
        } else {
            branch.working.remove(session);
        }
        if (operation == XaOperation.END_FAIL) {
            doom(branch, RB);
            return OK;
        }
        return branch.doom;
    }

    private int complete(XaOperation operation, String name, Branch branch) {
        if (branch.prepared || !branch.working.isEmpty()) {
            return PROTO;
        }
        if (branch.doom != 0) {
            int code = branch.doom;
            undo(name);
            return code;
        }
        if (operation == XaOperation.COMMIT_ONE_PHASE) {
            apply(name);
            return OK;
        }
        if (branch.taken.isEmpty() && branch.sent.isEmpty()) {
            branches.remove(name);
            return READ_ONLY;
        }
        branch.prepared = true;
        return OK;
    }

    private void doom(Branch branch, int code) {
        branch.doom = branch.doom == 0 ? code : branch.doom;
        giveBack(branch);
    }

    private void giveBack(Branch branch) {
        branch.taken.forEach(item -> of(item.queue()).add(item.text()));
        branch.taken.clear();
        branch.sent.clear();
    }

    void apply(String name) {
        branches.remove(name).sent.forEach(item -> of(item.queue()).add(item.text()));
    }

    void undo(String name) {
        giveBack(branches.remove(name));
    }

    /** The session and its connection, which has no other, are gone. */
    void lose(int session) {
        for (String name : List.copyOf(branches.keySet())) {
            Branch branch = branches.get(name);
            boolean was = branch.working.remove(session) != null;
            if (!branch.prepared && branch.connections.remove(session)) {
                doom(branch, was ? RB : RB_LINK);
                if (branch.connections.isEmpty()) {
                    undo(name);
                }
            }
        }
    }

    /** All connections are gone, and what was not stored. */
    void restart() {
        for (String name : List.copyOf(branches.keySet())) {
            Branch branch = branches.get(name);
            branch.working.clear();
            if (!branch.prepared) {
                undo(name);
            }
        }
    }
}
