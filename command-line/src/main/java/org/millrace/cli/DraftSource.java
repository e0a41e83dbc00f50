package org.millrace.cli;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.Optional;

/** Where the messages of {@code produce} come from. Confined to the thread of the command. */
interface DraftSource {
    /**
     * The next one; empty at the end.
     *
     * @throws IllegalArgumentException saying where the input is wrong and how
     */
    Optional<DraftMessage> next(Session session) throws IOException, JMSException;

    /** Each line one text message. */
    static DraftSource lines(BufferedReader input) {
        return session -> {
            String line = input.readLine();
            return line == null
                    ? Optional.empty()
                    : Optional.of(DraftMessage.of(session.createTextMessage(line)));
        };
    }

    /**
     * Each line {@code KEY<separator>VALUE}.
     *
     * @param separator not empty
     */
    static DraftSource keyedLines(BufferedReader input, String separator) {
        return new Numbered(input) {
            @Override
            DraftMessage read(Session session, String line) throws JMSException {
                int end = line.indexOf(separator);
                if (end < 0) {
                    throw new IllegalArgumentException("there is no '%s'".formatted(separator));
                }
                Message message =
                        session.createTextMessage(line.substring(end + separator.length()));
                message.setStringProperty(MessageJson.KEY_PROPERTY, line.substring(0, end));
                return DraftMessage.of(message);
            }
        };
    }

    /** Each line a message as {@link MessageJson} writes it. */
    static DraftSource jsonLines(BufferedReader input) {
        return new Numbered(input) {
            @Override
            DraftMessage read(Session session, String line) throws JMSException {
                return DraftMessage.of(session, Json.readObject(line));
            }
        };
    }

    /** So many text messages of so many characters, that begin with their number. */
    static DraftSource generated(long count, int sizeChars) {
        String filling = ".".repeat(sizeChars);
        return new DraftSource() {
            private long made;

            @Override
            public Optional<DraftMessage> next(Session session) throws JMSException {
                if (made == count) {
                    return Optional.empty();
                }
                String number = "message " + ++made + " ";
                String text =
                        number.length() >= sizeChars
                                ? number.substring(0, sizeChars)
                                : number + filling.substring(number.length());
                return Optional.of(DraftMessage.of(session.createTextMessage(text)));
            }
        };
    }

    /** Lines that can be wrong: then their number is told. Empty lines are left out. */
    abstract class Numbered implements DraftSource {
        private final BufferedReader input;
        private long number;

        Numbered(BufferedReader input) {
            this.input = input;
        }

        abstract DraftMessage read(Session session, String line) throws JMSException;

        @Override
        public final Optional<DraftMessage> next(Session session) throws IOException {
            String line;
            do {
                line = input.readLine();
                number++;
            } while (line != null && line.isBlank());
            try {
                return line == null ? Optional.empty() : Optional.of(read(session, line));
            } catch (IllegalArgumentException | JMSException wrong) {
                throw new IllegalArgumentException(
                        "line %d: %s".formatted(number, wrong.getMessage()), wrong);
            }
        }
    }
}
