package org.millrace.wire.admin;

/**
 * One operation of the admin interface: its name on the wire, its arguments and its result.
 *
 * @param name as {@code destinations.list}
 * @param result what one answer is, or, of a list, one item of it
 */
public record AdminOperation<A, R>(String name, Class<A> arguments, Class<R> result, Shape shape) {
    /** Whether it answers at once or page by page. */
    public enum Shape {
        SINGLE,
        PAGED
    }

    static <A, R> AdminOperation<A, R> single(String name, Class<A> arguments, Class<R> result) {
        return new AdminOperation<>(name, arguments, result, Shape.SINGLE);
    }

    static <A, R> AdminOperation<A, R> paged(String name, Class<A> arguments, Class<R> item) {
        return new AdminOperation<>(name, arguments, item, Shape.PAGED);
    }

    @Override
    public String toString() {
        return name;
    }
}
