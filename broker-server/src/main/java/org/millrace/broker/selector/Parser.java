package org.millrace.broker.selector;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millrace.broker.selector.Expression.StaticType;
import org.millrace.broker.selector.Token.Kind;

/**
 * Makes a tree of a selector's tokens by recursive descent, one method per rule:
 *
 * <pre>
 *   or        := and { OR and }
 *   and       := not { AND not }
 *   not       := NOT not | predicate
 *   predicate := sum [ compare sum | [NOT] BETWEEN sum AND sum | [NOT] IN ( string {, string} )
 *                    | [NOT] LIKE string [ESCAPE string] | IS [NOT] NULL ]
 *   sum       := product { (+|-) product }
 *   product   := signed { (*|/) signed }
 *   signed    := (+|-) signed | primary
 *   primary   := string | number | TRUE | FALSE | identifier | ( or )
 * </pre>
 *
 * IN, LIKE and IS take an identifier without parentheses on their left. What can never be evaluated
 * for reasons of type is refused here: SEL-31, 35, 36, 51, 52, 58. Confined to its caller; used
 * once.
 */
final class Parser {
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private final TokenStream tokens;
    private final Map<String, Reference> references = new HashMap<>();

    Parser(TokenStream tokens) {
        this.tokens = tokens;
    }

    Expression parse() throws InvalidSelector {
        Expression expression = condition(this::or);
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.expected("an operator or the end of the text");
        }
        return expression;
    }

    private Expression or() throws InvalidSelector {
        return row(Kind.OR, this::and, Condition.Or::new);
    }

    private Expression and() throws InvalidSelector {
        return row(Kind.AND, this::not, Condition.And::new);
    }

    private Expression row(Kind separator, Rule rule, RowOf rowOf) throws InvalidSelector {
        Token start = tokens.peek();
        Expression first = rule.parse();
        if (tokens.peek().kind() != separator) {
            return first;
        }
        List<Expression> operands = new ArrayList<>();
        operands.add(checkCondition(first, start));
        while (tokens.accept(separator)) {
            operands.add(condition(rule));
        }
        return rowOf.make(List.copyOf(operands));
    }

    private Expression not() throws InvalidSelector {
        if (!tokens.accept(Kind.NOT)) {
            return predicate();
        }
        tokens.enter();
        Expression negated = new Condition.Not(condition(this::not));
        tokens.leave();
        return negated;
    }

    private Expression predicate() throws InvalidSelector {
        int start = tokens.index();
        Expression left = sum();
        Token operator = tokens.take();
        switch (operator.kind()) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> {
                return compare(operator, comparison(operator.kind()), left, sum());
            }
            case BETWEEN -> {
                return between(operator, left);
            }
            case IN -> {
                return in(reference(start, operator));
            }
            case LIKE -> {
                return like(reference(start, operator));
            }
            case IS -> {
                Reference reference = reference(start, operator);
                boolean negated = tokens.accept(Kind.NOT);
                tokens.expect(Kind.NULL, negated ? "NULL" : "NULL or NOT NULL");
                Condition isNull = new Condition.IsNull(reference);
                return negated ? new Condition.Not(isNull) : isNull;
            }
            case NOT -> {
                return negatedPredicate(start, left);
            }
            default -> {
                tokens.stepBack();
                return left;
            }
        }
    }

    private Expression negatedPredicate(int start, Expression left) throws InvalidSelector {
        Token operator = tokens.take();
        return switch (operator.kind()) {
            case BETWEEN -> notBetween(operator, left);
            case IN -> new Condition.Not(in(reference(start, operator)));
            case LIKE -> new Condition.Not(like(reference(start, operator)));
            default -> {
                tokens.stepBack();
                throw tokens.expected("BETWEEN, IN or LIKE after NOT");
            }
        };
    }

    private static Comparison.Operator comparison(Kind kind) {
        return switch (kind) {
            case EQUAL -> Comparison.Operator.EQUAL;
            case NOT_EQUAL -> Comparison.Operator.NOT_EQUAL;
            case LESS -> Comparison.Operator.LESS;
            case LESS_OR_EQUAL -> Comparison.Operator.LESS_OR_EQUAL;
            case GREATER -> Comparison.Operator.GREATER;
            case GREATER_OR_EQUAL -> Comparison.Operator.GREATER_OR_EQUAL;
            default -> throw new IllegalArgumentException("not a comparison: " + kind);
        };
    }

    private Expression compare(
            Token at, Comparison.Operator operator, Expression left, Expression right)
            throws InvalidSelector {
        StaticType first = left.type();
        StaticType second = right.type();
        if (operator.isOrdering() && !(isNumeric(first) && isNumeric(second))) {
            throw tokens.invalid(
                    at,
                    "%s compares numbers, found %s and %s"
                            .formatted(
                                    operator.symbol(), first.description(), second.description()));
        }
        if (first != second && first != StaticType.ANY && second != StaticType.ANY) {
            throw tokens.invalid(
                    at,
                    "%s compares values of one type, found %s and %s"
                            .formatted(
                                    operator.symbol(), first.description(), second.description()));
        }
        return new Comparison(operator, left, right);
    }

    /** SEL-50: {@code x >= low AND x <= high}. */
    private Expression between(Token at, Expression value) throws InvalidSelector {
        Expression low = sum();
        tokens.expect(Kind.AND, "AND between the bounds of BETWEEN");
        Expression high = sum();
        return new Condition.And(
                List.of(
                        compare(at, Comparison.Operator.GREATER_OR_EQUAL, value, low),
                        compare(at, Comparison.Operator.LESS_OR_EQUAL, value, high)));
    }

    /**
     * SEL-50: {@code x < low OR x > high}, which is not the negation of BETWEEN when the types are
     * unlike.
     */
    private Expression notBetween(Token at, Expression value) throws InvalidSelector {
        Expression low = sum();
        tokens.expect(Kind.AND, "AND between the bounds of NOT BETWEEN");
        Expression high = sum();
        return new Condition.Or(
                List.of(
                        compare(at, Comparison.Operator.LESS, value, low),
                        compare(at, Comparison.Operator.GREATER, value, high)));
    }

    private Condition in(Reference reference) throws InvalidSelector {
        tokens.expect(Kind.OPEN, "( after IN");
        Set<String> strings = new HashSet<>();
        do {
            strings.add((String) tokens.expect(Kind.STRING, "a string in the list of IN").value());
        } while (tokens.accept(Kind.COMMA));
        tokens.expect(Kind.CLOSE, ", or ) in the list of IN");
        return new Condition.In(reference, Set.copyOf(strings));
    }

    private Condition like(Reference reference) throws InvalidSelector {
        Token pattern = tokens.expect(Kind.STRING, "a string as the pattern of LIKE");
        String value = (String) pattern.value();
        if (value.length() > Selector.MAX_PATTERN_LENGTH) {
            throw tokens.invalid(
                    pattern,
                    "the pattern of LIKE has %d characters, at most %d are allowed"
                            .formatted(value.length(), Selector.MAX_PATTERN_LENGTH));
        }
        if (!tokens.accept(Kind.ESCAPE)) {
            return new Condition.Like(reference, LikePattern.of(value));
        }
        Token escape = tokens.expect(Kind.STRING, "a string of one character after ESCAPE");
        String character = (String) escape.value();
        if (character.codePointCount(0, character.length()) != 1) {
            throw tokens.invalid(escape, "expected a string of one character after ESCAPE");
        }
        try {
            return new Condition.Like(reference, LikePattern.of(value, character.codePointAt(0)));
        } catch (IllegalArgumentException trailing) {
            throw tokens.invalid(pattern, trailing.getMessage());
        }
    }

    private Expression sum() throws InvalidSelector {
        Token start = tokens.peek();
        Expression first = product();
        List<Arithmetic.Step> steps = new ArrayList<>(0);
        while (tokens.peek().kind() == Kind.PLUS || tokens.peek().kind() == Kind.MINUS) {
            Kind kind = tokens.take().kind();
            steps.add(
                    new Arithmetic.Step(
                            kind == Kind.PLUS
                                    ? Arithmetic.Operator.ADD
                                    : Arithmetic.Operator.SUBTRACT,
                            number(this::product)));
        }
        return arithmetic(start, first, steps);
    }

    private Expression product() throws InvalidSelector {
        Token start = tokens.peek();
        Expression first = signed();
        List<Arithmetic.Step> steps = new ArrayList<>(0);
        while (tokens.peek().kind() == Kind.TIMES || tokens.peek().kind() == Kind.DIVIDE) {
            Kind kind = tokens.take().kind();
            steps.add(
                    new Arithmetic.Step(
                            kind == Kind.TIMES
                                    ? Arithmetic.Operator.MULTIPLY
                                    : Arithmetic.Operator.DIVIDE,
                            number(this::signed)));
        }
        return arithmetic(start, first, steps);
    }

    private Expression arithmetic(Token start, Expression first, List<Arithmetic.Step> steps)
            throws InvalidSelector {
        return steps.isEmpty()
                ? first
                : new Arithmetic(checkNumber(first, start), List.copyOf(steps));
    }

    private Expression signed() throws InvalidSelector {
        if (tokens.accept(Kind.PLUS)) {
            return signed(Signed.Sign.PLUS);
        }
        if (!tokens.accept(Kind.MINUS)) {
            return primary();
        }
        // Folded before the range is checked: -9223372036854775808 is a long (SEL-22).
        if (tokens.peek().kind() == Kind.INTEGER) {
            Token token = tokens.take();
            return integer(token, ((BigInteger) token.value()).negate());
        }
        return signed(Signed.Sign.MINUS);
    }

    private Expression signed(Signed.Sign sign) throws InvalidSelector {
        tokens.enter();
        Expression signed = new Signed(sign, number(this::signed));
        tokens.leave();
        return signed;
    }

    private Expression primary() throws InvalidSelector {
        Token token = tokens.take();
        return switch (token.kind()) {
            case STRING, FLOATING -> new Literal(token.value());
            case INTEGER -> integer(token, (BigInteger) token.value());
            case TRUE -> new Literal(Boolean.TRUE);
            case FALSE -> new Literal(Boolean.FALSE);
            case IDENTIFIER ->
                    references.computeIfAbsent(
                            token.text(), name -> new Reference(Identifier.of(name)));
            case OPEN -> {
                tokens.enter();
                Expression inner = or();
                tokens.expect(Kind.CLOSE, "an operator or )");
                tokens.leave();
                yield inner;
            }
            default -> {
                tokens.stepBack();
                throw tokens.expected("a literal, a name or (");
            }
        };
    }

    /** SEL-23: an int if it fits and has no suffix, else a long. */
    private Expression integer(Token token, BigInteger value) throws InvalidSelector {
        if (value.compareTo(LONG_MIN) < 0 || value.compareTo(LONG_MAX) > 0) {
            throw tokens.invalid(
                    token, "number is outside the range of long: " + token.description());
        }
        char last = token.text().charAt(token.text().length() - 1);
        long number = value.longValue();
        if (last == 'l' || last == 'L' || number != (int) number) {
            return new Literal(number);
        }
        return new Literal((int) number);
    }

    private Expression condition(Rule rule) throws InvalidSelector {
        Token start = tokens.peek();
        return checkCondition(rule.parse(), start);
    }

    private Expression checkCondition(Expression expression, Token start) throws InvalidSelector {
        StaticType type = expression.type();
        if (type != StaticType.BOOLEAN && type != StaticType.ANY) {
            throw tokens.invalid(start, "expected a condition, found " + type.description());
        }
        return expression;
    }

    private Expression number(Rule rule) throws InvalidSelector {
        Token start = tokens.peek();
        return checkNumber(rule.parse(), start);
    }

    private Expression checkNumber(Expression expression, Token start) throws InvalidSelector {
        if (!isNumeric(expression.type())) {
            throw tokens.invalid(
                    start, "expected a number, found " + expression.type().description());
        }
        return expression;
    }

    private static boolean isNumeric(StaticType type) {
        return type == StaticType.NUMBER || type == StaticType.ANY;
    }

    /** The bare identifier that stands alone between token {@code start} and the operator. */
    private Reference reference(int start, Token operator) throws InvalidSelector {
        Token token = tokens.at(start);
        Kind after = tokens.at(start + 1).kind();
        boolean alone = after == operator.kind() || after == Kind.NOT;
        if (token.kind() != Kind.IDENTIFIER || !alone) {
            throw tokens.invalid(token, "expected a single name before " + operator.text());
        }
        return references.get(token.text());
    }

    @FunctionalInterface
    private interface Rule {
        Expression parse() throws InvalidSelector;
    }

    @FunctionalInterface
    private interface RowOf {
        Expression make(List<Expression> operands);
    }
}
