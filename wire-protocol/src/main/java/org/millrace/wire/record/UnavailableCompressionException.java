package org.millrace.wire.record;

/** The records are compressed in a way for which the library is not there. */
public final class UnavailableCompressionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnavailableCompressionException(Compression compression, LinkageError cause) {
        super(
                "compression %s needs the library %s, which is not on the class path or cannot be loaded; "
                                .formatted(compression, compression.library())
                        + "add it, or have senders use another compression",
                cause);
    }
}
