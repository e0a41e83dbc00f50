package org.millrace.wire.frame;

import static org.millrace.wire.frame.FrameType.from;
import static org.millrace.wire.frame.LinkEnd.BROKER;
import static org.millrace.wire.frame.LinkEnd.CLIENT;

import java.util.List;
import org.millrace.wire.frame.Frame.Admin;
import org.millrace.wire.frame.Frame.AdminReply;

/** Definitions of the frames of administration, codes 90 to 99; see {@link FrameTypes}. */
final class AdminFrames {
    static final List<FrameType<?>> ALL =
            List.of(
                    from(CLIENT, 90, Admin.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.operation());
                                        out.string(f.arguments());
                                    },
                                    in -> new Admin(in.i64(), in.string(), in.string())),
                    from(BROKER, 91, AdminReply.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.result());
                                    },
                                    in -> new AdminReply(in.i64(), in.string())));

    private AdminFrames() {}
}
