package org.millrace.broker.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.millrace.broker.security.LoginThrottle.Attempt;

class LoginThrottleTest {
    private final LoginThrottle throttle = new LoginThrottle();
    private final Attempt attempt = new Attempt("10.0.0.1", "alice");
    private final long start = Long.MAX_VALUE - 1000;

    @Test
    void guessingIsSlowedDownForOneUserFromOneAddress() {
        failAll();
        assertThat(throttle.admit(attempt, start)).contains(LoginThrottle.PAUSE);
        assertThat(throttle.admit(new Attempt("10.0.0.2", "alice"), start)).contains(Duration.ZERO);
        assertThat(throttle.admit(new Attempt("10.0.0.1", "bob"), start)).contains(Duration.ZERO);
    }

    @Test
    void manyGuessesAtOnceWaitForEachOtherAndAreRefusedInTheEnd() {
        failAll();
        for (int i = 1; i <= LoginThrottle.MAX_WAIT.toSeconds(); i++) {
            assertThat(throttle.admit(attempt, start))
                    .contains(LoginThrottle.PAUSE.multipliedBy(i));
        }
        assertThat(throttle.admit(attempt, start)).isEmpty();
    }

    @Test
    void failuresAreForgivenWithTime() {
        failAll();
        long later = start + LoginThrottle.PAUSE.toNanos();
        assertThat(throttle.admit(attempt, later)).contains(Duration.ZERO);
        throttle.failed(attempt, later);
        assertThat(throttle.admit(attempt, later)).contains(LoginThrottle.PAUSE);
    }

    @Test
    void theRightPasswordForgivesAll() {
        failAll();
        throttle.succeeded(attempt);
        assertThat(throttle.admit(attempt, start)).contains(Duration.ZERO);
    }

    private void failAll() {
        for (int i = 0; i < LoginThrottle.BURST; i++) {
            assertThat(throttle.admit(attempt, start)).contains(Duration.ZERO);
            throttle.failed(attempt, start);
        }
    }
}
