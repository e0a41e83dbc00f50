package org.millrace.broker.destination;

import java.util.Optional;
import org.millrace.broker.dispatch.Filter;
import org.millrace.broker.loop.RefusedException;
import org.millrace.broker.selector.InvalidSelector;
import org.millrace.broker.selector.RecordSubject;
import org.millrace.broker.selector.Selector;
import org.millrace.wire.ErrorCode;

/** Turns the text of a message selector into a filter (§3.8). */
final class SelectorFilters {
    private SelectorFilters() {}

    /** Texts that mean "no selector" become the empty text, so that they compare equal (SUB-24). */
    static String normalized(String text) {
        return Selector.isNone(text) ? "" : text;
    }

    /**
     * A filter of its own for one view; nothing of it is shared.
     *
     * @throws RefusedException when the text is no selector
     */
    static Filter compile(String text) {
        try {
            Optional<Selector> selector = Selector.parseUnlessNone(text);
            if (selector.isEmpty()) {
                return Filter.ALL;
            }
            RecordSubject subject = new RecordSubject();
            return (record, header) -> selector.get().matches(subject.turnTo(record));
        } catch (InvalidSelector invalid) {
            throw new RefusedException(ErrorCode.INVALID_SELECTOR, invalid.getMessage());
        }
    }
}
