package org.millrace.broker.selector;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Selectors a second time, slow and obvious: trees that know their text and their value. Shares
 * nothing with the parser and evaluator under test. A value is Boolean, a number, String or null,
 * which is both NULL and UNKNOWN.
 */
sealed interface ModelTree {
    Object value(MapSubject subject);

    /** Fully parenthesised where precedence could matter; letter case and blanks at random. */
    String text(RandomGenerator random);

    record Constant(Object value, String literal) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return value;
        }

        @Override
        public String text(RandomGenerator random) {
            return literal;
        }
    }

    record Name(String name) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return subject.values().get(name);
        }

        @Override
        public String text(RandomGenerator random) {
            return name;
        }
    }

    record Logic(String word, List<ModelTree> operands) implements ModelTree {
        /** SQL: FALSE is 0, UNKNOWN ½, TRUE 1; AND is the least, OR the greatest. */
        @Override
        public Object value(MapSubject subject) {
            var degrees = operands.stream().mapToDouble(each -> degree(each.value(subject)));
            double degree =
                    word.equals("AND") ? degrees.min().getAsDouble() : degrees.max().getAsDouble();
            return degree == 0.5 ? null : (Object) (degree == 1);
        }

        @Override
        public String text(RandomGenerator random) {
            return operands.stream()
                    .map(each -> "(" + each.text(random) + ")")
                    .collect(
                            Collectors.joining(
                                    blank(random) + anyCase(word, random) + blank(random)));
        }
    }

    record Not(ModelTree operand) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            double degree = 1 - degree(operand.value(subject));
            return degree == 0.5 ? null : (Object) (degree == 1);
        }

        @Override
        public String text(RandomGenerator random) {
            return anyCase("NOT", random) + blank(random) + "(" + operand.text(random) + ")";
        }
    }

    record Compare(String operator, ModelTree left, ModelTree right) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return compare(operator, left.value(subject), right.value(subject));
        }

        @Override
        public String text(RandomGenerator random) {
            return left.text(random)
                    + blank(random)
                    + operator
                    + blank(random)
                    + right.text(random);
        }
    }

    record Between(boolean negated, ModelTree value, ModelTree low, ModelTree high)
            implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            ModelTree first = new Compare(negated ? "<" : ">=", value, low);
            ModelTree second = new Compare(negated ? ">" : "<=", value, high);
            return new Logic(negated ? "OR" : "AND", List.of(first, second)).value(subject);
        }

        @Override
        public String text(RandomGenerator random) {
            return value.text(random)
                    + (negated ? " not" : "")
                    + anyCase(" between ", random)
                    + low.text(random)
                    + anyCase(" and ", random)
                    + high.text(random);
        }
    }

    record In(boolean negated, Name name, List<String> strings) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return name.value(subject) instanceof String text
                    ? (Object) (strings.contains(text) != negated)
                    : null;
        }

        @Override
        public String text(RandomGenerator random) {
            String list = strings.stream().map(ModelTree::quoted).collect(Collectors.joining(","));
            return name.name + (negated ? " NOT" : "") + anyCase(" IN", random) + "(" + list + ")";
        }
    }

    record Like(boolean negated, Name name, String pattern) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            if (!(name.value(subject) instanceof String text)) {
                return null;
            }
            String regex = pattern.replace("_", ".").replace("%", ".*");
            return Pattern.compile(regex, Pattern.DOTALL).matcher(text).matches() != negated;
        }

        @Override
        public String text(RandomGenerator random) {
            String not = negated ? anyCase(" not", random) : "";
            return name.name + not + anyCase(" like ", random) + quoted(pattern);
        }
    }

    record IsNull(boolean negated, Name name) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return (name.value(subject) == null) != negated;
        }

        @Override
        public String text(RandomGenerator random) {
            return name.name + anyCase(negated ? " is not null" : " is null", random);
        }
    }

    record Calculate(char operator, ModelTree left, ModelTree right) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            return calculate(operator, left.value(subject), right.value(subject));
        }

        @Override
        public String text(RandomGenerator random) {
            return "(" + left.text(random) + ")" + operator + "(" + right.text(random) + ")";
        }
    }

    record Minus(ModelTree operand) implements ModelTree {
        @Override
        public Object value(MapSubject subject) {
            // Minus one times x, not 0 - x: the sign of a zero must come out right.
            return calculate('*', -1, operand.value(subject));
        }

        @Override
        public String text(RandomGenerator random) {
            return "-" + blank(random) + "(" + operand.text(random) + ")";
        }
    }

    private static double degree(Object value) {
        return value instanceof Boolean truth ? (truth ? 1 : 0) : 0.5;
    }

    private static Object compare(String operator, Object left, Object right) {
        if (left == null || right == null) {
            return null;
        }
        if (left instanceof Number first && right instanceof Number second) {
            return switch (operator) {
                case "=" ->
                        isLess(first, second) == isLess(second, first)
                                && !isUnordered(first, second);
                case "<>" ->
                        isLess(first, second) != isLess(second, first)
                                || isUnordered(first, second);
                case "<" -> isLess(first, second);
                case ">" -> isLess(second, first);
                case "<=" -> !isLess(second, first) && !isUnordered(first, second);
                default -> !isLess(first, second) && !isUnordered(first, second);
            };
        }
        if (!left.getClass().equals(right.getClass())) {
            return false;
        }
        return switch (operator) {
            case "=" -> left.equals(right);
            case "<>" -> !left.equals(right);
            default -> false;
        };
    }

    private static boolean isUnordered(Number left, Number right) {
        return Double.isNaN(left.doubleValue()) || Double.isNaN(right.doubleValue());
    }

    private static boolean isLess(Number left, Number right) {
        if (left instanceof Double || right instanceof Double) {
            return left.doubleValue() < right.doubleValue();
        }
        if (left instanceof Float || right instanceof Float) {
            return left.floatValue() < right.floatValue();
        }
        return left.longValue() < right.longValue();
    }

    private static Object calculate(char operator, Object left, Object right) {
        if (!(left instanceof Number a) || !(right instanceof Number b)) {
            return null;
        }
        if (a instanceof Double || b instanceof Double) {
            double x = a.doubleValue();
            double y = b.doubleValue();
            return operator == '+'
                    ? x + y
                    : operator == '-' ? x - y : operator == '*' ? x * y : x / y;
        }
        if (a instanceof Float || b instanceof Float) {
            float x = a.floatValue();
            float y = b.floatValue();
            return operator == '+'
                    ? x + y
                    : operator == '-' ? x - y : operator == '*' ? x * y : x / y;
        }
        long x = a.longValue();
        long y = b.longValue();
        if (operator == '/' && y == 0) {
            return null;
        }
        long result =
                operator == '+' ? x + y : operator == '-' ? x - y : operator == '*' ? x * y : x / y;
        // The low half of the long result is the int result, also when it wraps.
        return a instanceof Long || b instanceof Long ? (Object) result : (Object) (int) result;
    }

    static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    private static String blank(RandomGenerator random) {
        return random.nextInt(4) == 0 ? "\n\t " : " ";
    }

    private static String anyCase(String word, RandomGenerator random) {
        StringBuilder mixed = new StringBuilder();
        for (char c : word.toCharArray()) {
            mixed.append(
                    random.nextBoolean() ? Character.toUpperCase(c) : Character.toLowerCase(c));
        }
        return mixed.toString();
    }
}
