package org.millrace.broker.loop;

import java.util.function.Consumer;

/** Hears once how a request ended, on the broker loop; at once or in a later turn. */
public interface Answer<T> {
    void granted(T result);

    void refused(RefusedException why);

    static <T> Answer<T> of(Consumer<T> granted, Consumer<RefusedException> refused) {
        return new Answer<>() {
            @Override
            public void granted(T result) {
                granted.accept(result);
            }

            @Override
            public void refused(RefusedException why) {
                refused.accept(why);
            }
        };
    }
}
