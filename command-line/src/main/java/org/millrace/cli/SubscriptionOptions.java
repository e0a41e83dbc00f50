package org.millrace.cli;

import java.util.Optional;
import org.millrace.wire.Address;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Mixin that names a durable subscription of a topic; a queue has one, without a name. */
final class SubscriptionOptions {
    @Option(
            names = {"--subscription", "--group"},
            paramLabel = "NAME",
            description = "Durable subscription of a topic; nothing for a queue.")
    private String subscription;

    @Option(
            names = "--client-id",
            paramLabel = "ID",
            description = "Client id that the subscription belongs to, if it has one.")
    private String clientId;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    OfSubscription of(Address destination) {
        if (destination.kind().isTopic() == (subscription == null)) {
            throw new ParameterException(
                    command.commandLine(),
                    destination.kind().isTopic()
                            ? "--subscription is missing: which one of topic://"
                                    + destination.name()
                            : "a queue has one subscription, without a name; leave out"
                                    + " --subscription, or name a topic as topic://NAME");
        }
        return new OfSubscription(
                destination.kind(),
                destination.name(),
                Optional.ofNullable(clientId),
                subscription == null ? "" : subscription,
                "");
    }
}
