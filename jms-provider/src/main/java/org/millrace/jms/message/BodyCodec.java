package org.millrace.jms.message;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/** Stands in until the record package has it. */
final class BodyCodec {
    private BodyCodec() {}

    static ByteBuffer encodeMap(Map<String, Object> items) {
        throw new UnsupportedOperationException("Map bodies are not there yet");
    }

    static Map<String, Object> decodeMap(ByteBuffer body) {
        throw new UnsupportedOperationException("Map bodies are not there yet");
    }

    static ByteBuffer encodeStream(List<Object> values) {
        throw new UnsupportedOperationException("Stream bodies are not there yet");
    }

    static List<Object> decodeStream(ByteBuffer body) {
        throw new UnsupportedOperationException("Stream bodies are not there yet");
    }
}
