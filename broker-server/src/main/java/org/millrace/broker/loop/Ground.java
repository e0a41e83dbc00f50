package org.millrace.broker.loop;

import java.util.random.RandomGenerator;
import org.millrace.broker.settings.BrokerSettings;
import org.millrace.foundation.Loop;

/** What every room of the broker loop stands on. */
public record Ground(
        Loop loop,
        Turn turn,
        Storage storage,
        Ids ids,
        BrokerSettings settings,
        RandomGenerator chance) {}
