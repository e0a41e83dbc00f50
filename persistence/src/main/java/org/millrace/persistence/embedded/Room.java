package org.millrace.persistence.embedded;

import org.millrace.persistence.StorageFullException;
import org.millrace.persistence.StorageIo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether there is room for appends. Read by any thread, changed on the flusher loop.
 *
 * <p>Acknowledgements need none of it: the reserve is for them, for the next journal file and for
 * checkpoints, which give room back.
 */
final class Room {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final StorageIo io;
    private final long reserveBytes;
    private volatile String lack = "";

    Room(StorageIo io, long reserveBytes) {
        this.io = io;
        this.reserveBytes = reserveBytes;
    }

    boolean isLacking() {
        return !lack.isEmpty();
    }

    /** Looks at the device; what failed for lack of room has been tried again by the caller. */
    void refresh() {
        long usable = io.usableBytes();
        if (usable < reserveBytes) {
            lacks("%d bytes usable, %d are reserved".formatted(usable, reserveBytes));
        } else if (isLacking()) {
            lack = "";
            LOG.info("store {}: room again, {} bytes usable; appends go on", io.location(), usable);
        }
    }

    void lacks(String what) {
        if (!isLacking()) {
            LOG.warn(
                    "store {}: no room ({}); appends are refused, acknowledgements go on; free space on the device",
                    io.location(),
                    what);
        }
        lack = what;
    }

    StorageFullException refusal() {
        return new StorageFullException(
                "store %s has no room for appends: %s; nothing was changed; consume messages or free space on the device"
                        .formatted(io.location(), lack));
    }
}
