package org.millrace.wire.admin;

import java.util.Optional;

/** A subscription that is gone. */
public record DeletedSubscription(String name, Optional<String> clientId) {}
