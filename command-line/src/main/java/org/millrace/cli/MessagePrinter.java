package org.millrace.cli;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/**
 * Mixin of the commands that show messages: the body alone, with {@code --headers} after its
 * headers and properties, or all as JSON. What was printed may wait in a buffer until {@link
 * #flush}.
 */
final class MessagePrinter {
    @Option(
            names = "--headers",
            description = "Print headers and properties before each body, and an empty line after.")
    private boolean headers;

    /**
     * What is printed may wait until {@link OutputOptions#flush}.
     *
     * @throws OutputClosedException when nobody reads the output any more
     */
    void print(Message message, OutputOptions output) throws JMSException {
        if (output.isJson()) {
            output.append(utf8(Json.write(MessageJson.write(message))));
        } else {
            if (headers) {
                output.append(utf8(headers(message)));
            }
            output.append(body(message));
        }
        output.append(utf8(headers && !output.isJson() ? "\n\n" : "\n"));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String headers(Message message) throws JMSException {
        StringBuilder text = new StringBuilder();
        MessageJson.headers(message).forEach((name, value) -> append(text, name, value));
        MessageJson.plain(MessageJson.properties(message))
                .forEach((name, value) -> append(text, "property " + name, value));
        return text.append('\n').toString();
    }

    private static void append(StringBuilder text, String name, Object value) {
        text.append(name).append(": ").append(value).append('\n');
    }

    private static byte[] body(Message message) throws JMSException {
        if (message instanceof BytesMessage bytes) {
            return BodyJson.bytesOf(bytes);
        }
        if (message instanceof TextMessage text) {
            return utf8(text.getText() == null ? "" : text.getText());
        }
        if (message instanceof MapMessage || message instanceof StreamMessage) {
            Map<String, Object> json = new LinkedHashMap<>();
            BodyJson.write(message, json);
            return utf8(Json.write(json.get("body")));
        }
        return utf8(message instanceof ObjectMessage ? "(a serialised object)" : "");
    }
}
