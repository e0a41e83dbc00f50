package org.millrace.samples;

import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.millrace.jms.MillraceConnectionFactory;
import org.millrace.samples.group.GroupSample;
import org.millrace.samples.keys.KeysSample;
import org.millrace.samples.orders.OrdersSample;
import org.millrace.samples.poison.PoisonSample;
import org.millrace.samples.replay.ReplaySample;
import org.millrace.samples.spring.SpringSample;

/** {@code ./millrace sample NAME [URI]}: runs one of them, and says in one line what went wrong. */
public final class Samples {
    /** The main method of one. */
    private interface Main {
        void run(String... arguments) throws Exception;
    }

    private static final Map<String, Main> ALL =
            new TreeMap<>(
                    Map.of(
                            "group", GroupSample::main,
                            "keys", KeysSample::main,
                            "orders", OrdersSample::main,
                            "poison", PoisonSample::main,
                            "replay", ReplaySample::main,
                            "spring", SpringSample::main));

    private Samples() {}

    public static void main(String[] args) throws Exception {
        Main sample = args.length == 0 ? null : ALL.get(args[0]);
        if (sample == null) {
            System.err.println("millrace: ./millrace sample NAME [URI]; names are " + ALL.keySet());
            System.exit(2);
            return;
        }
        try {
            sample.run(args.length > 1 ? Arrays.copyOfRange(args, 1, args.length) : broker());
        } catch (JMSException | JMSRuntimeException failed) {
            System.err.println("millrace: sample " + args[0] + ": " + failed.getMessage());
            System.exit(1);
        }
    }

    private static String[] broker() {
        return new String[] {
            System.getenv().getOrDefault("MILLRACE_URL", MillraceConnectionFactory.DEFAULT_URI)
        };
    }
}
