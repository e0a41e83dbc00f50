package org.millrace.wire.frame;

import static org.millrace.wire.frame.FrameType.from;
import static org.millrace.wire.frame.FrameType.fromEither;
import static org.millrace.wire.frame.LinkEnd.BROKER;
import static org.millrace.wire.frame.LinkEnd.CLIENT;
import static org.millrace.wire.frame.LinkPhase.AUTHENTICATION;
import static org.millrace.wire.frame.LinkPhase.GREETING;
import static org.millrace.wire.frame.LinkPhase.OPEN;

import java.util.List;
import org.millrace.wire.frame.Frame.*;

/** Definitions of the frames about the link itself, codes 1 to 19; see {@link FrameTypes}. */
final class ConnectionFrames {
    private static final int STRING_MIN_BYTES = 4;

    static final List<FrameType<?>> ALL =
            List.of(
                    from(CLIENT, 1, Hello.class)
                            .during(GREETING)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.lowestVersion());
                                        out.i32(f.highestVersion());
                                        out.i64(f.features());
                                        out.string(f.product());
                                    },
                                    in -> new Hello(in.i32(), in.i32(), in.i64(), in.string())),
                    from(BROKER, 2, Welcome.class)
                            .during(GREETING)
                            .fields(
                                    (f, out) -> {
                                        out.i32(f.version());
                                        out.i64(f.features());
                                        out.string(f.brokerName());
                                        out.i64(f.storeId());
                                        out.i64(f.incarnation());
                                        out.i32(f.maxFrameBytes());
                                        out.i32(f.idleTimeoutMillis());
                                        out.list(f.mechanisms(), (m, o) -> o.string(m));
                                    },
                                    in ->
                                            new Welcome(
                                                    in.i32(),
                                                    in.i64(),
                                                    in.string(),
                                                    in.i64(),
                                                    in.i64(),
                                                    in.i32(),
                                                    in.i32(),
                                                    in.list(
                                                            STRING_MIN_BYTES,
                                                            FieldReader::string))),
                    from(CLIENT, 3, Authenticate.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> {
                                        out.string(f.mechanism());
                                        out.bytes(f.response());
                                    },
                                    in -> new Authenticate(in.string(), in.bytes())),
                    from(BROKER, 4, Challenge.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> out.bytes(f.data()),
                                    in -> new Challenge(in.bytes())),
                    from(BROKER, 5, Authenticated.class)
                            .during(AUTHENTICATION)
                            .fields(
                                    (f, out) -> {
                                        out.string(f.user());
                                        out.bytes(f.data());
                                    },
                                    in -> new Authenticated(in.string(), in.bytes())),
                    from(CLIENT, 6, OpenConnection.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.clientId());
                                        out.i64(f.connectionId());
                                        out.i64(f.resumeSecret());
                                    },
                                    in ->
                                            new OpenConnection(
                                                    in.i64(), in.string(), in.i64(), in.i64())),
                    from(BROKER, 7, ConnectionOpened.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.i64(f.connectionId());
                                        out.i64(f.resumeSecret());
                                        out.bool(f.resumed());
                                    },
                                    in ->
                                            new ConnectionOpened(
                                                    in.i64(), in.i64(), in.i64(), in.bool())),
                    from(CLIENT, 8, SetClientId.class)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.string(f.clientId());
                                    },
                                    in -> new SetClientId(in.i64(), in.string())),
                    from(CLIENT, 9, CloseConnection.class)
                            .fields(
                                    (f, out) -> out.i64(f.requestId()),
                                    in -> new CloseConnection(in.i64())),
                    fromEither(10, Ping.class)
                            .during(AUTHENTICATION, OPEN)
                            .fields((f, out) -> {}, in -> new Ping()),
                    fromEither(11, Pong.class)
                            .during(AUTHENTICATION, OPEN)
                            .fields((f, out) -> {}, in -> new Pong()),
                    fromEither(12, Goodbye.class)
                            .during(GREETING, OPEN)
                            .fields(
                                    (f, out) -> {
                                        out.error(f.code());
                                        out.string(f.message());
                                    },
                                    in -> new Goodbye(in.error(), in.string())),
                    from(BROKER, 16, Done.class)
                            .fields((f, out) -> out.i64(f.requestId()), in -> new Done(in.i64())),
                    from(BROKER, 17, Failed.class)
                            .during(GREETING, OPEN)
                            .fields(
                                    (f, out) -> {
                                        out.i64(f.requestId());
                                        out.error(f.code());
                                        out.string(f.message());
                                    },
                                    in -> new Failed(in.i64(), in.error(), in.string())));

    private ConnectionFrames() {}
}
