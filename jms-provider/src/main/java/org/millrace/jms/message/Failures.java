package org.millrace.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import org.millrace.wire.ErrorCode;

/** The exceptions of messages, each with its error code, cause and linked exception (§10.2). */
final class Failures {
    private Failures() {}

    static MessageFormatException format(String message) {
        return new MessageFormatException(message, ErrorCode.INVALID_ARGUMENT.name());
    }

    static MessageFormatException format(String message, Throwable cause) {
        MessageFormatException failure = format(message);
        failure.initCause(cause);
        if (cause instanceof Exception linked) {
            failure.setLinkedException(linked);
        }
        return failure;
    }

    static MessageNotWriteableException readOnly(String what, String remedy) {
        return new MessageNotWriteableException(
                "the %s of this message is read-only; %s makes it writable".formatted(what, remedy),
                ErrorCode.ILLEGAL_STATE.name());
    }

    static MessageNotReadableException writeOnly() {
        return new MessageNotReadableException(
                "the body of this message is write-only; reset() makes it readable",
                ErrorCode.ILLEGAL_STATE.name());
    }

    static JMSException endOfBody(int position, int length, String unit) {
        return new MessageEOFException(
                "the body ends after %d %s, at %d there is not enough left to read"
                        .formatted(length, unit, position),
                ErrorCode.ILLEGAL_STATE.name());
    }
}
