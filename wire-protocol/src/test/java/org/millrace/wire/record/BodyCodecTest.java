package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Bodies of Map and Stream messages arrive with the types they were written with: §3.11.3. */
class BodyCodecTest {
    private static final List<Object> EVERY_TYPE =
            Arrays.asList(
                    null,
                    true,
                    false,
                    (byte) -1,
                    Short.MIN_VALUE,
                    '\uFFFF',
                    Integer.MIN_VALUE,
                    Long.MAX_VALUE,
                    -0.0f,
                    Double.NaN,
                    "",
                    "caf\u00e9 \uD83D\uDE00",
                    "x".repeat(100_000));

    @Test
    void streamKeepsTypesAndOrder() {
        assertThat(BodyCodec.decodeStream(BodyCodec.encodeStream(EVERY_TYPE)))
                .containsExactlyElementsOf(EVERY_TYPE);
    }

    @Test
    void streamKeepsBytes() {
        List<Object> values = List.of(new byte[0], new byte[] {1, -1}, new byte[70_000]);

        List<Object> read = BodyCodec.decodeStream(BodyCodec.encodeStream(values));

        assertThat(read).usingRecursiveComparison().isEqualTo(values);
    }

    @Test
    void mapKeepsNamesTypesAndOrder() {
        Map<String, Object> values = new LinkedHashMap<>();
        EVERY_TYPE.forEach(value -> values.put("name" + values.size(), value));

        assertThat(BodyCodec.decodeMap(BodyCodec.encodeMap(values)))
                .containsExactlyEntriesOf(values);
    }

    @Test
    void emptyBodiesAreBodies() {
        assertThat(BodyCodec.decodeStream(BodyCodec.encodeStream(List.of()))).isEmpty();
        assertThat(BodyCodec.decodeMap(BodyCodec.encodeMap(Map.of()))).isEmpty();
    }

    @Test
    void loneSurrogatesSurvive() {
        List<String> texts =
                List.of(
                        "\uD800",
                        "a\uDFFFb",
                        "\uDC00\uD800",
                        "\uD83D\uDE00\uD83D",
                        "?\uD800?\uFFFD");

        for (String text : texts) {
            assertThat(Utf8.decode(ByteBuffer.wrap(Utf8.encode(text)))).isEqualTo(text);
        }
    }

    @Test
    void malformedTextReadsAsReplacementChars() {
        byte[] malformed = {'a', (byte) 0xC3, 'b', (byte) 0xED, (byte) 0xA0};

        assertThat(Utf8.decode(ByteBuffer.wrap(malformed))).startsWith("a\uFFFDb\uFFFD");
    }

    @Test
    void everyPrefixOfAMapIsRefused() {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("text", "abc");
        values.put("number", 5L);
        values.put("bytes", new byte[] {1});
        ByteBuffer whole = BodyCodec.encodeMap(values);

        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer cut = whole.slice(0, length);
            assertThatThrownBy(() -> BodyCodec.decodeMap(cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(CorruptRecordException.class);
        }
    }

    @Test
    void lengthsAreCheckedBeforeAllocating() {
        ByteBuffer hugeText = ByteBuffer.allocate(6).put(ValueType.STRING.code());
        Varint.writeInt(hugeText, Integer.MAX_VALUE);
        ByteBuffer hugeMap = ByteBuffer.allocate(8);
        Varint.writeInt(hugeMap, Integer.MAX_VALUE);

        assertThatThrownBy(() -> BodyCodec.decodeStream(hugeText.flip()))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("0 bytes left");
        assertThatThrownBy(() -> BodyCodec.decodeMap(hugeMap.rewind()))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("3 bytes left");
    }

    @Test
    void mapWithANameTwiceIsRefused() {
        ByteBuffer twice = ByteBuffer.wrap(new byte[] {4, 2, 'a', 0, 2, 'a', 0});

        assertThatThrownBy(() -> BodyCodec.decodeMap(twice))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("twice");
    }

    @Test
    void valuesOfOtherClassesAreRefused() {
        List<Object> values = new ArrayList<>(List.of(new Object()));

        assertThatThrownBy(() -> BodyCodec.encodeStream(values))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
