package org.millrace.ee.payara;

import org.millrace.ee.asadmin.AsadminKit;

/** What is different in Payara: it looks for others of its kind, and tells its makers of itself. */
public final class PayaraKit extends AsadminKit {
    private static final String GRID = "<hazelcast-config-specific-configuration>";

    @Override
    protected String fit(String domain) {
        return domain.replace(GRID, GRID.replace(">", " enabled=\"false\">"))
                .replace(
                        "<hazelcast-runtime-configuration",
                        "<phone-home-runtime-configuration enabled=\"false\"/><hazelcast-runtime-configuration");
    }
}
