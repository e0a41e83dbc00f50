package org.millrace.wire.record;

/** What the body of a message is (§3.11). The order is the code on disk. */
public enum MessageKind {
    /** No body. */
    MESSAGE,
    /** UTF-8 text, see {@link Utf8}. */
    TEXT,
    /** Raw bytes. */
    BYTES,
    /** Names and typed values, see {@link BodyCodec}. */
    MAP,
    /** Typed values, see {@link BodyCodec}. */
    STREAM,
    /** A serialised object, which only clients look into. */
    OBJECT;

    private static final MessageKind[] BY_CODE = values();

    int code() {
        return ordinal();
    }

    static MessageKind ofCode(int code) {
        if (code >= BY_CODE.length) {
            throw new CorruptRecordException(
                    "unknown message kind %d, known are 0 to %d"
                            .formatted(code, BY_CODE.length - 1));
        }
        return BY_CODE[code];
    }
}
