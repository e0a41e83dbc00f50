package org.millrace.wire.admin;

import org.millrace.wire.admin.AdminArguments.AlteredDestination;
import org.millrace.wire.admin.AdminArguments.Decided;
import org.millrace.wire.admin.AdminArguments.DoomedDestination;
import org.millrace.wire.admin.AdminArguments.Listing;
import org.millrace.wire.admin.AdminArguments.Move;
import org.millrace.wire.admin.AdminArguments.NewDestination;
import org.millrace.wire.admin.AdminArguments.NewRedrive;
import org.millrace.wire.admin.AdminArguments.Nothing;
import org.millrace.wire.admin.AdminArguments.OfDestination;
import org.millrace.wire.admin.AdminArguments.OfRedrive;
import org.millrace.wire.admin.AdminArguments.OfSubscription;

/** All operations that brokers offer; see {@link AdminArguments} for what they take. */
public final class AdminOperations {
    public static final AdminOperation<Listing, DestinationSummary> LIST_DESTINATIONS =
            AdminOperation.paged("destinations.list", Listing.class, DestinationSummary.class);
    public static final AdminOperation<OfDestination, DestinationDetails> DESCRIBE_DESTINATION =
            AdminOperation.single(
                    "destinations.describe", OfDestination.class, DestinationDetails.class);
    public static final AdminOperation<OfDestination, LogExtent> LIST_LOGS =
            AdminOperation.paged("destinations.logs", OfDestination.class, LogExtent.class);
    public static final AdminOperation<NewDestination, DestinationDetails> CREATE_DESTINATION =
            AdminOperation.single(
                    "destinations.create", NewDestination.class, DestinationDetails.class);
    public static final AdminOperation<AlteredDestination, DestinationDetails> ALTER_DESTINATION =
            AdminOperation.single(
                    "destinations.alter", AlteredDestination.class, DestinationDetails.class);
    public static final AdminOperation<DoomedDestination, DeletedDestination> DELETE_DESTINATION =
            AdminOperation.single(
                    "destinations.delete", DoomedDestination.class, DeletedDestination.class);
    public static final AdminOperation<Listing, SubscriptionSummary> LIST_SUBSCRIPTIONS =
            AdminOperation.paged("subscriptions.list", Listing.class, SubscriptionSummary.class);
    public static final AdminOperation<OfSubscription, SubscriptionSummary> DESCRIBE_SUBSCRIPTION =
            AdminOperation.single(
                    "subscriptions.describe", OfSubscription.class, SubscriptionSummary.class);
    public static final AdminOperation<OfSubscription, CursorPosition> LIST_CURSORS =
            AdminOperation.paged(
                    "subscriptions.cursors", OfSubscription.class, CursorPosition.class);
    public static final AdminOperation<OfSubscription, DeletedSubscription> DELETE_SUBSCRIPTION =
            AdminOperation.single(
                    "subscriptions.delete", OfSubscription.class, DeletedSubscription.class);
    public static final AdminOperation<Listing, Lag> LAG =
            AdminOperation.paged("lag", Listing.class, Lag.class);
    public static final AdminOperation<Move, Replayed> REPLAY =
            AdminOperation.single("replay", Move.class, Replayed.class);
    public static final AdminOperation<OfSubscription, Purged> PURGE =
            AdminOperation.single("purge", OfSubscription.class, Purged.class);
    public static final AdminOperation<NewRedrive, RedriveStatus> START_REDRIVE =
            AdminOperation.single("redrive.start", NewRedrive.class, RedriveStatus.class);
    public static final AdminOperation<OfRedrive, RedriveStatus> REDRIVE_STATUS =
            AdminOperation.single("redrive.status", OfRedrive.class, RedriveStatus.class);
    public static final AdminOperation<OfRedrive, RedriveStatus> CANCEL_REDRIVE =
            AdminOperation.single("redrive.cancel", OfRedrive.class, RedriveStatus.class);
    public static final AdminOperation<Listing, TransactionSummary> LIST_TRANSACTIONS =
            AdminOperation.paged("transactions.list", Listing.class, TransactionSummary.class);
    public static final AdminOperation<Decided, TransactionSummary> DECIDE_TRANSACTION =
            AdminOperation.single("transactions.decide", Decided.class, TransactionSummary.class);
    public static final AdminOperation<Nothing, StoreHealth> STORE_HEALTH =
            AdminOperation.single("doctor.store", Nothing.class, StoreHealth.class);
    public static final AdminOperation<Listing, LogHealth> LOG_HEALTH =
            AdminOperation.paged("doctor.logs", Listing.class, LogHealth.class);
    public static final AdminOperation<Listing, ConfigEntry> CONFIG =
            AdminOperation.paged("config", Listing.class, ConfigEntry.class);

    private AdminOperations() {}
}
