package org.millrace.persistence.catalog;

import java.sql.SQLException;
import org.millrace.persistence.StorageException;

/** Says what a failure of the database means and what to do about it. */
final class CatalogFailure {
    private static final int H2_LOCKED = 90020;
    private static final int H2_CORRUPT = 90030;
    private static final int H2_OTHER_VERSION = 90048;
    private static final int H2_IO = 90028;
    private static final int H2_IO_WITH_PATH = 90031;

    private CatalogFailure() {}

    static StorageException of(String what, String where, Exception failure) {
        return new StorageException(
                "catalog %s %s: %s".formatted(where, what, explain(failure)), failure);
    }

    private static String explain(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return explain(sql);
            }
        }
        return "%s; nothing was changed; check URL and driver of the catalog"
                .formatted(failure.getMessage());
    }

    private static String explain(SQLException failure) {
        return switch (failure.getErrorCode()) {
            case H2_LOCKED ->
                    "it is locked by another process; nothing was changed; stop the other broker or use another data directory";
            case H2_CORRUPT ->
                    "the file is corrupt (%s); nothing was changed; check the device, then restore the file from a backup made together with the journal"
                            .formatted(firstLine(failure));
            case H2_OTHER_VERSION ->
                    "the file was written by another version of H2 (%s); nothing was changed; start the version of the broker that wrote it"
                            .formatted(firstLine(failure));
            case H2_IO, H2_IO_WITH_PATH ->
                    "the file cannot be read or written (%s); check rights and free space of its directory"
                            .formatted(firstLine(failure));
            default ->
                    "%s (SQL state %s, error %d); the checkpoint before still holds"
                            .formatted(
                                    firstLine(failure),
                                    failure.getSQLState(),
                                    failure.getErrorCode());
        };
    }

    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no message");
    }
}
