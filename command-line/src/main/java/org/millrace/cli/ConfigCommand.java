package org.millrace.cli;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.concurrent.Callable;
import org.millrace.wire.admin.ConfigEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The configuration of a running broker. */
@Command(
        name = "config",
        description = "Shows every key of the configuration with value, origin and default.")
final class ConfigCommand implements Callable<Integer> {
    @Option(names = "--docs", description = "Say what each key is for and what is allowed, too.")
    private boolean docs;

    @Mixin private AdminMixin admin;

    @Override
    public Integer call() throws JMSException {
        return admin.with(
                broker -> {
                    List<ConfigEntry> entries = broker.config();
                    Table table = new Table("KEY", "VALUE", "FROM", "DEFAULT");
                    for (ConfigEntry each : entries) {
                        table.row(
                                each.key(),
                                each.value().isEmpty() ? "-" : each.value(),
                                each.origin(),
                                each.defaultValue().isEmpty() ? "-" : each.defaultValue());
                    }
                    admin.show(entries, table);
                    if (docs && !admin.output().isJson()) {
                        for (ConfigEntry each : entries) {
                            admin.output().line("");
                            admin.output().line(each.key() + ": " + each.range());
                            admin.output().line("  " + each.doc());
                        }
                    }
                });
    }
}
