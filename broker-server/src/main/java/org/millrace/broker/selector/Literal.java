package org.millrace.broker.selector;

/** A constant: String, Boolean, Integer, Long, Float or Double. */
record Literal(Object constant) implements Operand {
    @Override
    public StaticType type() {
        if (constant instanceof String) {
            return StaticType.STRING;
        }
        return constant instanceof Boolean ? StaticType.BOOLEAN : StaticType.NUMBER;
    }

    @Override
    public Object value(SelectorSubject subject) {
        return constant;
    }
}
