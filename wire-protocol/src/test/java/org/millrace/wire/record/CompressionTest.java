package org.millrace.wire.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is compressed stays within bounds, and a missing library is named. */
class CompressionTest {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void decompressionStopsAtTheLimit(Compression compression) {
        RecordBatch bomb =
                new RecordBatchBuilder(0)
                        .compression(compression)
                        .add(0, null, ByteBuffer.allocate(8 << 20), List.of())
                        .build();
        assertThat(bomb.sizeBytes()).isLessThan(1 << 20);

        assertThatThrownBy(() -> bomb.records(1 << 20))
                .isInstanceOf(CorruptRecordException.class)
                .hasMessageContaining("limit is 1048576");
        assertThat(bomb.records(9 << 20).next().value()).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void recordsThatDoNotGetSmallerStayPlain(Compression compression) {
        RecordBatch batch =
                new RecordBatchBuilder(0)
                        .compression(compression)
                        .add(0, null, ByteBuffer.wrap(new byte[] {1, 2, 3}), List.of())
                        .build();

        assertThat(batch.compression()).isEqualTo(Compression.NONE);
        assertThat(RecordBatch.checked(batch.bytes()).iterator().next().value()).isPresent();
    }

    @ParameterizedTest
    @EnumSource(names = {"SNAPPY", "LZ4", "ZSTD"})
    void missingLibraryIsNamed(Compression compression) throws Exception {
        ClassLoader withoutLibraries = new OnlyOurs(Compression.class.getClassLoader());
        Class<?> isolated = withoutLibraries.loadClass(Compression.class.getName());
        Object same = isolated.getEnumConstants()[compression.ordinal()];
        var compress = isolated.getDeclaredMethod("compress", byte[].class, int.class, int.class);
        compress.setAccessible(true);

        assertThat(isolated.getMethod("isAvailable").invoke(same)).isEqualTo(false);
        assertThatThrownBy(() -> compress.invoke(same, new byte[1], 0, 1))
                .cause()
                .hasMessageContaining(compression.library());
    }

    @Test
    void allAreAvailableHere() {
        assertThat(Compression.values()).allMatch(Compression::isAvailable);
    }

    /** Loads our classes anew and hides the compression libraries from them. */
    private static final class OnlyOurs extends ClassLoader {
        private static final Set<String> HIDDEN =
                Set.of("org.xerial.", "net.jpountz.", "com.github.luben.");

        private final ClassLoader ours;

        OnlyOurs(ClassLoader ours) {
            super(ClassLoader.getPlatformClassLoader());
            this.ours = ours;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (HIDDEN.stream().anyMatch(name::startsWith)) {
                throw new ClassNotFoundException(name);
            }
            try (var in = ours.getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (java.io.IOException unreadable) {
                throw new ClassNotFoundException(name, unreadable);
            }
        }
    }
}
