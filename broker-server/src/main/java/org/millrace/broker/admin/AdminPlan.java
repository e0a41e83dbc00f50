package org.millrace.broker.admin;

import java.util.List;
import java.util.concurrent.Executor;
import org.millrace.wire.admin.ConfigEntry;

/**
 * What the admin interface of one broker is given.
 *
 * @param loading where what takes long before the first operation is done: off the broker loop,
 *     except in a simulation
 * @param config the configuration to be shown
 */
public record AdminPlan(Executor loading, List<ConfigEntry> config) {
    /** For cores without threads: at once, and without a configuration. */
    public static final AdminPlan INLINE = new AdminPlan(Runnable::run, List.of());

    public AdminPlan {
        config = List.copyOf(config);
    }
}
