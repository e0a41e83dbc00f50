package org.millrace.broker.dispatch;

/** What a subscription is from its first moment to its last. */
public record SubscriptionTerms(
        long id,
        String name,
        Subscription.Lifetime lifetime,
        Subscription.Filtering filtering,
        Redelivery redelivery,
        SubscriptionLabel label) {}
