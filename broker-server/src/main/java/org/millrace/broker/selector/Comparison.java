package org.millrace.broker.selector;

/**
 * Two values compared. NULL makes it UNKNOWN; values of unlike types make it FALSE, also for {@code
 * <>} (SEL-32, SEL-33); strings and Booleans know only {@code =} and {@code <>} (SEL-34).
 */
record Comparison(Operator operator, Expression left, Expression right) implements Condition {
    enum Operator {
        EQUAL("="),
        NOT_EQUAL("<>"),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        String symbol() {
            return symbol;
        }

        boolean isOrdering() {
            return this != EQUAL && this != NOT_EQUAL;
        }
    }

    @Override
    public Truth truth(SelectorSubject subject) {
        Object first = left.value(subject);
        if (first == null) {
            return Truth.UNKNOWN;
        }
        Object second = right.value(subject);
        if (second == null) {
            return Truth.UNKNOWN;
        }
        if (first instanceof Number number && second instanceof Number other) {
            return Truth.of(Numbers.compare(operator, number, other));
        }
        if (first.getClass() != second.getClass() || operator.isOrdering()) {
            return Truth.FALSE;
        }
        return Truth.of(first.equals(second) == (operator == Operator.EQUAL));
    }
}
