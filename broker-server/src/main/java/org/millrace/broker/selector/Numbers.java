package org.millrace.broker.selector;

/**
 * Arithmetic and comparison of boxed numbers with Java's binary numeric promotion (SEL-32, SEL-40).
 */
final class Numbers {
    /** What both operands are promoted to, in ascending order. */
    private enum Rank {
        INT,
        LONG,
        FLOAT,
        DOUBLE
    }

    private Numbers() {}

    private static Rank commonRank(Number left, Number right) {
        Rank first = rank(left);
        Rank second = rank(right);
        return first.compareTo(second) >= 0 ? first : second;
    }

    private static Rank rank(Number number) {
        if (number instanceof Long) {
            return Rank.LONG;
        }
        if (number instanceof Double) {
            return Rank.DOUBLE;
        }
        return number instanceof Float ? Rank.FLOAT : Rank.INT;
    }

    static boolean compare(Comparison.Operator operator, Number left, Number right) {
        return switch (commonRank(left, right)) {
            case INT, LONG -> compareLongs(operator, left.longValue(), right.longValue());
            // Each float is a double exactly, so that one comparison serves both.
            case FLOAT -> compareDoubles(operator, left.floatValue(), right.floatValue());
            case DOUBLE -> compareDoubles(operator, left.doubleValue(), right.doubleValue());
        };
    }

    private static boolean compareLongs(Comparison.Operator operator, long left, long right) {
        return switch (operator) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
        };
    }

    private static boolean compareDoubles(Comparison.Operator operator, double left, double right) {
        return switch (operator) {
            case EQUAL -> left == right;
            case NOT_EQUAL -> left != right;
            case LESS -> left < right;
            case LESS_OR_EQUAL -> left <= right;
            case GREATER -> left > right;
            case GREATER_OR_EQUAL -> left >= right;
        };
    }

    /** The result in the promoted type; null for an integer division by zero (SEL-42). */
    static Number calculate(Arithmetic.Operator operator, Number left, Number right) {
        return switch (commonRank(left, right)) {
            case INT -> onInts(operator, left.intValue(), right.intValue());
            case LONG -> onLongs(operator, left.longValue(), right.longValue());
            case FLOAT -> onFloats(operator, left.floatValue(), right.floatValue());
            case DOUBLE -> onDoubles(operator, left.doubleValue(), right.doubleValue());
        };
    }

    private static Integer onInts(Arithmetic.Operator operator, int left, int right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> right == 0 ? null : Integer.valueOf(left / right);
        };
    }

    private static Long onLongs(Arithmetic.Operator operator, long left, long right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> right == 0 ? null : Long.valueOf(left / right);
        };
    }

    private static Float onFloats(Arithmetic.Operator operator, float left, float right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
        };
    }

    private static Double onDoubles(Arithmetic.Operator operator, double left, double right) {
        return switch (operator) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
        };
    }

    /** With Java's unary promotion: a byte or short becomes an int. */
    static Number negate(Number number) {
        return switch (rank(number)) {
            case INT -> -number.intValue();
            case LONG -> -number.longValue();
            case FLOAT -> -number.floatValue();
            case DOUBLE -> -number.doubleValue();
        };
    }
}
