package org.millrace.broker.selector;

/** The value of an identifier. */
record Reference(Identifier identifier) implements Operand {
    @Override
    public StaticType type() {
        return StaticType.ANY;
    }

    @Override
    public Object value(SelectorSubject subject) {
        return subject.value(identifier);
    }
}
