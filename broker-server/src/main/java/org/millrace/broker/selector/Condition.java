package org.millrace.broker.selector;

import java.util.List;
import java.util.Set;

/** An expression that is true, false or unknown first. */
sealed interface Condition extends Expression
        permits Comparison,
                Condition.And,
                Condition.Or,
                Condition.Not,
                Condition.In,
                Condition.Like,
                Condition.IsNull {
    @Override
    default StaticType type() {
        return StaticType.BOOLEAN;
    }

    @Override
    default Object value(SelectorSubject subject) {
        return truth(subject).toValue();
    }

    /** FALSE if any is FALSE, else UNKNOWN if any is UNKNOWN (SEL-60, SEL-61). */
    record And(List<Expression> operands) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            Truth result = Truth.TRUE;
            for (int i = 0; i < operands.size(); i++) {
                Truth next = operands.get(i).truth(subject);
                if (next == Truth.FALSE) {
                    return Truth.FALSE;
                }
                if (next == Truth.UNKNOWN) {
                    result = Truth.UNKNOWN;
                }
            }
            return result;
        }
    }

    /** TRUE if any is TRUE, else UNKNOWN if any is UNKNOWN (SEL-60, SEL-61). */
    record Or(List<Expression> operands) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            Truth result = Truth.FALSE;
            for (int i = 0; i < operands.size(); i++) {
                Truth next = operands.get(i).truth(subject);
                if (next == Truth.TRUE) {
                    return Truth.TRUE;
                }
                if (next == Truth.UNKNOWN) {
                    result = Truth.UNKNOWN;
                }
            }
            return result;
        }
    }

    record Not(Expression operand) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            return operand.truth(subject).not();
        }
    }

    /** UNKNOWN for NULL and for what is not a String (SEL-53, SEL-54). */
    record In(Reference reference, Set<String> strings) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            return reference.value(subject) instanceof String text
                    ? Truth.of(strings.contains(text))
                    : Truth.UNKNOWN;
        }
    }

    /** UNKNOWN for NULL and for what is not a String (SEL-57). */
    record Like(Reference reference, LikePattern pattern) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            return reference.value(subject) instanceof String text
                    ? Truth.of(pattern.matches(text))
                    : Truth.UNKNOWN;
        }
    }

    /** Never UNKNOWN (SEL-59). */
    record IsNull(Reference reference) implements Condition {
        @Override
        public Truth truth(SelectorSubject subject) {
            return Truth.of(reference.value(subject) == null);
        }
    }
}
