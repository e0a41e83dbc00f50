package org.millrace.broker.selector;

/** What a selector is evaluated on: header fields and properties of one message by identifier. */
@FunctionalInterface
public interface SelectorSubject {
    /**
     * Value of the identifier in the type it was set with (SEL-16): Boolean, Byte, Short, Integer,
     * Long, Float, Double or String; null when absent (SEL-17). Must not throw: what cannot be read
     * is null. May be called several times in one evaluation.
     */
    Object value(Identifier identifier);
}
