package org.millrace.broker.selector;

/** A number with a sign before it; NULL for what is not a number (SEL-42, SEL-43). */
record Signed(Sign sign, Expression operand) implements Operand {
    enum Sign {
        PLUS,
        MINUS
    }

    @Override
    public StaticType type() {
        return StaticType.NUMBER;
    }

    @Override
    public Object value(SelectorSubject subject) {
        if (!(operand.value(subject) instanceof Number number)) {
            return null;
        }
        return sign == Sign.PLUS ? number : Numbers.negate(number);
    }
}
