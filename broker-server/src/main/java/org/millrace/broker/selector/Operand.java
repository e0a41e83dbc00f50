package org.millrace.broker.selector;

/** An expression that is a value first. */
sealed interface Operand extends Expression permits Literal, Reference, Signed, Arithmetic {
    @Override
    default Truth truth(SelectorSubject subject) {
        return Truth.ofValue(value(subject));
    }
}
