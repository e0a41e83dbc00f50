package org.millrace.foundation;

/**
 * Assertions that are always on. Callable from any thread.
 *
 * <p>{@link #invariant} guards against our own bugs: it is never caught except by the owner of the
 * thread, which stops. {@link #argument} guards public entry points against the caller's bugs.
 */
public final class Check {
    private Check() {}

    /** Thrown when the program contradicts itself; its owner must stop, not repair. */
    public static final class InvariantViolation extends IllegalStateException {
        private static final long serialVersionUID = 1L;

        InvariantViolation(String message) {
            super(message);
        }
    }

    public static void invariant(boolean holds, String message) {
        if (!holds) {
            throw new InvariantViolation(message);
        }
    }

    public static void invariant(boolean holds, String format, long first) {
        if (!holds) {
            throw new InvariantViolation(format.formatted(first));
        }
    }

    public static void invariant(boolean holds, String format, long first, long second) {
        if (!holds) {
            throw new InvariantViolation(format.formatted(first, second));
        }
    }

    public static void invariant(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new InvariantViolation(format.formatted(arguments));
        }
    }

    public static void argument(boolean holds, String format, Object... arguments) {
        if (!holds) {
            throw new IllegalArgumentException(format.formatted(arguments));
        }
    }
}
