package org.millrace.broker.selector;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Random trees without static type errors, and random messages for them. */
final class ModelTrees {
    private static final String[] NAMES = {"a", "b", "c", "d", "e", "f"};
    private static final String[] STRINGS = {"", "a", "ab", "ba", "it's", "2", "true", "é𝄞"};
    private static final String[] PATTERNS = {
        "", "%", "a", "_", "a%", "%b", "_b", "%a%", "__%", "é_"
    };
    private static final Object[] NUMBERS = {
        0,
        1,
        -1,
        2,
        7,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        0L,
        3L,
        Long.MAX_VALUE,
        16777217,
        (byte) 2,
        (short) -3,
        1f,
        0.1f,
        2.5,
        0.1,
        -0.0,
        1e300,
        16777216f,
        Float.MAX_VALUE
    };

    private final RandomGenerator random;

    ModelTrees(RandomGenerator random) {
        this.random = random;
    }

    MapSubject message() {
        Map<String, Object> values = new HashMap<>();
        for (String name : NAMES) {
            switch (random.nextInt(6)) {
                case 0 -> values.put(name, one(STRINGS));
                case 1 -> values.put(name, random.nextBoolean());
                case 2, 3, 4 -> values.put(name, one(NUMBERS));
                default -> values.remove(name);
            }
        }
        return new MapSubject(values);
    }

    ModelTree condition(int depth) {
        if (depth == 0) {
            return random.nextBoolean() ? name() : truth();
        }
        return switch (random.nextInt(12)) {
            case 0, 1 -> new ModelTree.Logic("AND", conditions(depth - 1));
            case 2, 3 -> new ModelTree.Logic("OR", conditions(depth - 1));
            case 4 -> new ModelTree.Not(condition(depth - 1));
            case 5 ->
                    new ModelTree.Between(
                            random.nextBoolean(),
                            number(depth - 1),
                            number(depth - 1),
                            number(depth - 1));
            case 6 ->
                    new ModelTree.In(
                            random.nextBoolean(), name(), List.of(one(STRINGS), one(STRINGS)));
            case 7 -> new ModelTree.Like(random.nextBoolean(), name(), one(PATTERNS));
            case 8 -> new ModelTree.IsNull(random.nextBoolean(), name());
            case 9 -> new ModelTree.Compare(one("=", "<>"), name(), orName(this::string));
            case 10 -> new ModelTree.Compare(one("=", "<>"), orName(this::truth), name());
            default ->
                    new ModelTree.Compare(
                            one("=", "<>", "<", "<=", ">", ">="),
                            number(depth - 1),
                            number(depth - 1));
        };
    }

    private List<ModelTree> conditions(int depth) {
        List<ModelTree> conditions = new ArrayList<>();
        for (int left = 2 + random.nextInt(2); left > 0; left--) {
            conditions.add(condition(depth));
        }
        return conditions;
    }

    private ModelTree number(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return orName(this::numberLiteral);
        }
        return random.nextInt(5) == 0
                ? new ModelTree.Minus(number(depth - 1))
                : new ModelTree.Calculate(
                        one("+", "-", "*", "/").charAt(0), number(depth - 1), number(depth - 1));
    }

    private ModelTree orName(Supplier<ModelTree> literal) {
        return random.nextBoolean() ? name() : literal.get();
    }

    private ModelTree.Name name() {
        return new ModelTree.Name(one(NAMES));
    }

    private ModelTree truth() {
        boolean truth = random.nextBoolean();
        return new ModelTree.Constant(truth, truth ? "True" : "fALSE");
    }

    private ModelTree string() {
        String string = one(STRINGS);
        return new ModelTree.Constant(string, ModelTree.quoted(string));
    }

    /** Not negative, so that no sign can meet another one as a comment. */
    private ModelTree numberLiteral() {
        return switch (random.nextInt(6)) {
            case 0 -> new ModelTree.Constant(7, "07");
            case 1 -> new ModelTree.Constant(31, "0x1F");
            case 2 -> new ModelTree.Constant(3L, "3l");
            case 3 -> new ModelTree.Constant(2.5, "25e-1");
            case 4 -> new ModelTree.Constant(0.1f, ".1f");
            default -> {
                int value = random.nextInt(10);
                yield new ModelTree.Constant(value, Integer.toString(value));
            }
        };
    }

    @SafeVarargs
    private <T> T one(T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
