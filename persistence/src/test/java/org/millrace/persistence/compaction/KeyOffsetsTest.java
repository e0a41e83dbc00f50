package org.millrace.persistence.compaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KeyOffsetsTest {
    /** Against a map. */
    @Test
    void knowsTheNewestOffsetOfAsManyKeysAsItHasRoomFor() {
        SplittableRandom random = new SplittableRandom(5);
        KeyOffsets offsets = new KeyOffsets(5_000);
        Map<String, Long> model = new HashMap<>();
        for (long offset = 0; offset < 100_000; offset++) {
            String key = "key" + random.nextInt(7_000);
            boolean fits = model.containsKey(key) || model.size() < 5_000;
            assertThat(offsets.put(bytes(key), offset)).isEqualTo(fits);
            if (fits) {
                model.put(key, offset);
            }
        }
        for (int i = 0; i < 8_000; i++) {
            assertThat(offsets.newest(bytes("key" + i)))
                    .isEqualTo(model.getOrDefault("key" + i, KeyOffsets.NO_OFFSET));
        }
    }

    private static ByteBuffer bytes(String key) {
        return ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8));
    }
}
