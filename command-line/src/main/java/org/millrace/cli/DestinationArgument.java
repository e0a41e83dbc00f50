package org.millrace.cli;

import org.millrace.jms.MillraceDestination;
import org.millrace.jms.MillraceQueue;
import org.millrace.jms.MillraceTopic;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/**
 * Mixin of all commands about one destination, their first argument. It is written as Millrace
 * shows it: {@code queue://orders}, {@code topic://prices}; a name alone, {@code orders}, means the
 * queue. Options may stand behind {@code ?} where the command allows them.
 */
final class DestinationArgument {
    private static final String QUEUE = "queue://";
    private static final String TOPIC = "topic://";

    @Parameters(
            index = "0",
            paramLabel = "DESTINATION",
            description = "queue://NAME or topic://NAME; NAME alone is a queue.",
            converter = Reading.class)
    private MillraceDestination destination;

    /** As it was given, options included. */
    MillraceDestination destination() {
        return destination;
    }

    /**
     * What the text means; for commands that take destinations in other ways, too.
     *
     * @throws TypeConversionException when it names no destination; picocli makes it wrong usage
     */
    static MillraceDestination parse(String text) {
        int scheme = text.indexOf("://");
        if (scheme >= 0 && !text.startsWith(QUEUE) && !text.startsWith(TOPIC)) {
            throw new TypeConversionException(
                    "'%s' is neither queue://NAME nor topic://NAME".formatted(text));
        }
        try {
            return text.startsWith(TOPIC)
                    ? new MillraceTopic(text.substring(TOPIC.length()))
                    : new MillraceQueue(
                            text.startsWith(QUEUE) ? text.substring(QUEUE.length()) : text);
        } catch (IllegalArgumentException wrong) {
            throw new TypeConversionException("'%s': %s".formatted(text, wrong.getMessage()));
        }
    }

    /** For {@code converter} of other options and arguments. */
    static final class Reading implements ITypeConverter<MillraceDestination> {
        @Override
        public MillraceDestination convert(String text) {
            return parse(text);
        }
    }
}
