package org.millrace.wire.link;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.MillraceUri.Endpoint;
import org.millrace.wire.frame.Codecs;
import org.millrace.wire.frame.Frame;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Goodbye;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.Ping;
import org.millrace.wire.frame.Frame.SetClientId;
import org.millrace.wire.frame.Frame.Welcome;
import org.millrace.wire.frame.FrameCodec;
import org.millrace.wire.frame.FrameLimits;
import org.millrace.wire.frame.LinkEnd;
import org.millrace.wire.frame.LinkPhase;

/** Rubbish on the port: one clear line, a goodbye, and nobody else notices. */
@Timeout(60)
@SuppressWarnings("InterruptedExceptionSwallowed") // a test that is interrupted fails
class BadInputTest {
    private static final int IDLE_MILLIS = 300;

    private final BlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    warnings.add(event.getLevel() + " " + event.getFormattedMessage());
                }
            };
    private NettyLoop brokerLoop;
    private NettyLoop clientLoop;
    private LinkServer server;
    private TestClient bystander;

    @BeforeEach
    void start() throws Exception {
        brokerLoop = NettyLoop.start("b", InstantSource.system(), Throwable::printStackTrace);
        clientLoop = NettyLoop.start("c", InstantSource.system(), Throwable::printStackTrace);
        server =
                new LinkServer(
                        brokerLoop,
                        LinkSettings.of(LinkEnd.BROKER),
                        () -> new EchoBroker(IDLE_MILLIS));
        server.start("127.0.0.1", 0);
        bystander =
                TestClient.opened(
                        new LinkConnector(clientLoop, LinkSettings.of(LinkEnd.CLIENT)),
                        new Endpoint.Tcp("127.0.0.1", server.port()));
        appender.start();
        logger().addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger().detachAppender(appender);
        server.close();
        clientLoop.close();
        brokerLoop.close();
    }

    private static Logger logger() {
        return (Logger) org.slf4j.LoggerFactory.getLogger(Complaints.class);
    }

    @Test
    void anotherProtocolIsRecognised() throws Exception {
        Goodbye goodbye =
                refusal("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        assertThat(goodbye.code()).isEqualTo(ErrorCode.PROTOCOL);
        assertThat(goodbye.message())
                .isEqualTo(
                        "frame of 1195725856 bytes, expected 1 to 8192 in phase GREETING; its first bytes are 0x47455420 'GET '");
        assertThat(warning())
                .startsWith("WARN link with 127.0.0.1:")
                .contains("closed, it broke the protocol: frame of 1195725856 bytes");
        bystanderIsWell();
    }

    @Test
    void aFrameOfTwoGigabytesIsRefusedBeforeItIsKept() throws Exception {
        byte[] flood = new byte[1 << 20];
        ByteBuffer.wrap(flood).putInt(Integer.MAX_VALUE);
        assertThat(refusal(flood).message()).contains("frame of 2147483647 bytes");
        bystanderIsWell();
    }

    @Test
    void anotherVersionIsToldWhichOneIsSpoken() throws Exception {
        Goodbye goodbye = refusal(bytes(new Hello(9, 12, 0, "future")));
        assertThat(goodbye.code()).isEqualTo(ErrorCode.VERSION);
        assertThat(goodbye.message())
                .isEqualTo("client 'future' speaks versions 9 to 12, this broker 1");
        assertThat(warning()).contains("speaks versions 9 to 12");
        bystanderIsWell();
    }

    @Test
    void aTruncatedFrameIsToldInTheLog() throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(bytes(new Hello(1, 1, 0, "cut")), 0, 10);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isNotNull();
        }
        assertThat(warning()).contains("connection ended inside a frame, 10 bytes after its start");
        bystanderIsWell();
    }

    @Test
    void requestsBeforeAuthenticationAreRefused() throws Exception {
        assertThat(refusal(bytes(new SetClientId(1, "early"))).message())
                .isEqualTo("SetClientId (type 8) is not allowed in phase GREETING");
        bystanderIsWell();
    }

    @Test
    void aSilentClientIsPingedAndThenSentAway() throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(bytes(new Hello(1, 1, 0, "silent")));
            byte[] heard = socket.getInputStream().readAllBytes();
            ByteBuffer in = ByteBuffer.wrap(heard);
            FrameCodec client = new FrameCodec(LinkEnd.CLIENT, FrameLimits.DEFAULT);
            assertThat(next(client, in)).isInstanceOf(Welcome.class);
            assertThat(next(client, in)).isInstanceOf(Ping.class);
            Frame last = next(client, in);
            while (last instanceof Ping) {
                last = next(client, in);
            }
            assertThat(((Goodbye) last).message())
                    .contains("nothing heard from 127.0.0.1:")
                    .contains("for 300 ms");
        }
        assertThat(warning()).contains("nothing heard");
        bystanderIsWell();
    }

    @Test
    void aFloodOfRubbishLeavesTheLogShortAndMemoryFlat() throws Exception {
        for (int i = 0; i < 200; i++) {
            byte[] rubbish = new byte[100_000];
            rubbish[0] = (byte) (0x40 + i % 64);
            refusal(rubbish);
        }
        bystanderIsWell();
        assertThat(warnings).hasSizeLessThanOrEqualTo(2 * Complaints.PER_PERIOD);
    }

    private Goodbye refusal(byte[] input) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(input);
            ByteArrayInputStream heard =
                    new ByteArrayInputStream(socket.getInputStream().readAllBytes());
            return (Goodbye)
                    next(
                            Codecs.inPhase(LinkEnd.CLIENT, LinkPhase.GREETING),
                            ByteBuffer.wrap(heard.readAllBytes()));
        }
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(20));
        return socket;
    }

    private static Frame next(FrameCodec codec, ByteBuffer in) {
        int length = codec.checkedLength(in.getInt());
        ByteBuffer frame = in.slice(in.position(), length);
        in.position(in.position() + length);
        return codec.decode(frame);
    }

    private static byte[] bytes(Frame frame) {
        FrameCodec client = Codecs.inPhase(LinkEnd.CLIENT, LinkPhase.OPEN);
        ByteBuffer out = ByteBuffer.allocate(client.admit(frame));
        FrameCodec.encode(frame, out);
        return out.array();
    }

    private String warning() throws InterruptedException {
        return warnings.poll(20, TimeUnit.SECONDS);
    }

    /** Also proves that heartbeats keep a quiet link open: its idle timeout is short. */
    private void bystanderIsWell() throws InterruptedException {
        bystander.send(new SetClientId(5, "well"));
        assertThat(bystander.hear(Done.class).requestId()).isEqualTo(5);
    }
}
