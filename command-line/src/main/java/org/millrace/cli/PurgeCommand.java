package org.millrace.cli;

import jakarta.jms.JMSException;
import java.util.concurrent.Callable;
import org.millrace.wire.admin.AdminArguments.OfSubscription;
import org.millrace.wire.admin.Purged;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Settles what a queue or a subscription has. */
@Command(
        name = "purge",
        description =
                "Settles all messages of a queue or a subscription, as if they had been consumed."
                        + " What a consumer holds and what is not due yet stays.")
final class PurgeCommand implements Callable<Integer> {
    @Mixin private DestinationArgument destination;
    @Mixin private SubscriptionOptions subscription;
    @Mixin private AdminMixin admin;

    @Override
    public Integer call() throws JMSException {
        OfSubscription asked = subscription.of(admin.plain(destination));
        return admin.with(
                broker -> {
                    Purged purged = broker.purge(asked);
                    admin.tell(
                            purged,
                            "purged %d messages of %s; %d are held by consumers and stay"
                                    .formatted(
                                            purged.messages(),
                                            Shown.destination(asked.kind(), asked.destination()),
                                            purged.inFlight()));
                });
    }
}
