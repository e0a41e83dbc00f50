package org.millrace.broker.selector;

import java.util.List;

/**
 * Operators of one precedence applied from left to right. NULL as soon as an operand is not a
 * number (SEL-41, SEL-42).
 */
record Arithmetic(Expression first, List<Step> steps) implements Operand {
    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE
    }

    record Step(Operator operator, Expression operand) {}

    @Override
    public StaticType type() {
        return StaticType.NUMBER;
    }

    @Override
    public Object value(SelectorSubject subject) {
        if (!(first.value(subject) instanceof Number result)) {
            return null;
        }
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (!(step.operand().value(subject) instanceof Number operand)) {
                return null;
            }
            result = Numbers.calculate(step.operator(), result, operand);
            if (result == null) {
                return null;
            }
        }
        return result;
    }
}
