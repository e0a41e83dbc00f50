package org.millrace.wire.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.millrace.wire.ErrorCode;
import org.millrace.wire.frame.Frame.Authenticated;
import org.millrace.wire.frame.Frame.Done;
import org.millrace.wire.frame.Frame.Failed;
import org.millrace.wire.frame.Frame.Hello;
import org.millrace.wire.frame.Frame.Ping;
import org.millrace.wire.frame.Frame.Send;
import org.millrace.wire.frame.Frame.SetClientId;
import org.millrace.wire.frame.Frame.Welcome;

class FrameCodecTest {
    @Provide
    Arbitrary<FrameType<?>> types() {
        return Arbitraries.of(FrameTypes.all());
    }

    @Property(tries = 5000)
    void everyFrameComesBackAndIsWrittenAsThePageSays(
            @ForAll("types") FrameType<?> type, @ForAll long seed) {
        Frame frame = new RandomFrames(new SplittableRandom(seed)).next(type);
        LinkEnd sender = type.sender().orElse(LinkEnd.CLIENT);

        ByteBuffer bytes = encoded(Codecs.inPhase(sender, type.firstPhase()), frame);
        assertThat(bytes.array()).isEqualTo(ReferenceEncoding.of(type, frame));

        FrameCodec reader = Codecs.inPhase(sender.other(), type.firstPhase());
        assertThat(reader.checkedLength(bytes.getInt())).isEqualTo(bytes.remaining());
        Frame back = reader.decode(bytes);
        assertThat(ReferenceEncoding.of(type, back)).isEqualTo(bytes.array());
        if (!(frame instanceof Send)) {
            assertThat(back).isEqualTo(frame);
        }
    }

    @Property(tries = 5000)
    void mutatedFramesGiveAFrameOrAProtocolException(
            @ForAll("types") FrameType<?> type, @ForAll long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        Frame frame = new RandomFrames(chance).next(type);
        LinkEnd sender = type.sender().orElse(LinkEnd.CLIENT);
        byte[] valid = encoded(Codecs.inPhase(sender, type.firstPhase()), frame).array();
        byte[] broken = mutated(valid, chance);

        readOrRefuse(Codecs.inPhase(sender.other(), type.firstPhase()), broken);
    }

    @Property(tries = 5000)
    void randomBytesGiveAFrameOrAProtocolException(@ForAll byte[] garbage, @ForAll LinkEnd end) {
        readOrRefuse(Codecs.inPhase(end, LinkPhase.OPEN), garbage);
    }

    @Property(tries = 300)
    void whatIsAllocatedIsBoundedByTheBytesThatArrived(@ForAll long seed) {
        SplittableRandom chance = new SplittableRandom(seed);
        FrameCodec codec = Codecs.inPhase(LinkEnd.BROKER, LinkPhase.OPEN);
        byte[] hostile = new byte[64];
        chance.nextBytes(hostile);
        // Each code is tried with lengths and counts that promise up to 2 GiB.
        hostile[0] =
                (byte) FrameTypes.all().get((int) (seed & 0xff) % FrameTypes.all().size()).code();
        for (int at = 1 + chance.nextInt(12); at + 4 < hostile.length; at += 4) {
            ByteBuffer.wrap(hostile).putInt(at, Integer.MAX_VALUE >> chance.nextInt(12));
        }
        long before = allocatedBytes();
        decodeOrRefuse(codec, ByteBuffer.wrap(hostile));
        assertThat(allocatedBytes() - before).isLessThan(512 * 1024);
    }

    @Example
    void beforeAuthenticationOnlyTheHandshakeIsDecoded() {
        FrameCodec broker = new FrameCodec(LinkEnd.BROKER, FrameLimits.DEFAULT);
        ByteBuffer early =
                encoded(Codecs.inPhase(LinkEnd.CLIENT, LinkPhase.OPEN), new SetClientId(1, "a"));
        early.getInt();
        assertThatThrownBy(() -> broker.decode(early))
                .isInstanceOf(ProtocolException.class)
                .hasMessage("SetClientId (type 8) is not allowed in phase GREETING");
        assertThatThrownBy(() -> broker.checkedLength(8193))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("expected 1 to 8192 in phase GREETING");
        assertThatThrownBy(() -> broker.checkedLength(0x47455420)).hasMessageContaining("'GET '");
        assertThatThrownBy(() -> broker.checkedLength(-1)).isInstanceOf(ProtocolException.class);
    }

    @Example
    void handshakeOpensBothEnds() {
        FrameCodec client = new FrameCodec(LinkEnd.CLIENT, FrameLimits.DEFAULT);
        FrameCodec broker = new FrameCodec(LinkEnd.BROKER, FrameLimits.DEFAULT);
        pass(client, broker, new Hello(1, 1, 0, "test"));
        pass(broker, client, new Welcome(1, 0, "b", 4, 5, 9000, 30_000, List.of("ANONYMOUS")));
        pass(broker, client, new Authenticated("", ByteBuffer.allocate(0)));

        assertThat(client.phase()).isEqualTo(LinkPhase.OPEN);
        assertThat(broker.phase()).isEqualTo(LinkPhase.OPEN);
        pass(broker, client, new Done(1));
        assertThatThrownBy(() -> client.checkedLength(9001)).hasMessageContaining("1 to 9000");
    }

    @Example
    void aClientOfAnotherVersionIsRefusedByCode() {
        FrameCodec client = new FrameCodec(LinkEnd.CLIENT, FrameLimits.DEFAULT);
        FrameCodec broker = new FrameCodec(LinkEnd.BROKER, FrameLimits.DEFAULT);
        assertThatThrownBy(() -> pass(client, broker, new Hello(2, 7, 0, "future")))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.VERSION))
                .hasMessage("client 'future' speaks versions 2 to 7, this broker 1");
    }

    @Example
    void framesOfTheWrongEndAreRefusedOnBothSides() {
        FrameCodec broker = Codecs.inPhase(LinkEnd.BROKER, LinkPhase.OPEN);
        ByteBuffer done = encoded(broker, new Done(1));
        done.getInt();
        assertThatThrownBy(() -> broker.decode(done)).hasMessageContaining("never sends it");
        assertThatThrownBy(() -> broker.admit(new SetClientId(1, "a")))
                .hasMessage("SetClientId (type 8) is not sent by the BROKER");
    }

    @Example
    void tooLargeIsRefusedBeforeItIsQueued() {
        FrameCodec client = Codecs.inPhase(LinkEnd.CLIENT, LinkPhase.OPEN, new FrameLimits(10_000));
        Send large =
                new Send(1, 1, true, 4, 0, new RandomFrames(new SplittableRandom(1)).batch(10_000));
        assertThatThrownBy(() -> client.admit(large))
                .isInstanceOfSatisfying(
                        ProtocolException.class,
                        refused ->
                                assertThat(refused.code()).isEqualTo(ErrorCode.MESSAGE_TOO_LARGE));
        assertThatThrownBy(() -> client.admit(new SetClientId(1, "x".repeat(70_000))))
                .hasMessage("string of 70000 bytes, at most 65536");
    }

    @Example
    void textsForPeopleAreCutInsteadOfRefused() {
        FrameCodec broker = Codecs.inPhase(LinkEnd.BROKER, LinkPhase.OPEN);
        assertThat(broker.admit(new Failed(1, ErrorCode.INTERNAL, "x".repeat(1_000_000))))
                .isLessThan(5000);
        assertThat(new Failed(1, ErrorCode.INTERNAL, null).message()).isEmpty();
    }

    @Example
    void aDamagedBatchIsRefused() {
        FrameCodec client = Codecs.inPhase(LinkEnd.CLIENT, LinkPhase.OPEN);
        Send send =
                new Send(1, 1, true, 4, 0, new RandomFrames(new SplittableRandom(1)).batch(100));
        ByteBuffer bytes = encoded(client, send);
        int last = bytes.limit() - 1;
        bytes.put(last, (byte) (bytes.get(last) ^ 1)).getInt();
        assertThatThrownBy(() -> Codecs.inPhase(LinkEnd.BROKER, LinkPhase.OPEN).decode(bytes))
                .isInstanceOf(ProtocolException.class)
                .hasMessageContaining("Send (type 42)")
                .hasMessageContaining("checksum");
    }

    @Example
    void emptyFramesAndTrailingBytesAreRefused() {
        FrameCodec broker = Codecs.inPhase(LinkEnd.BROKER, LinkPhase.OPEN);
        assertThatThrownBy(() -> broker.decode(ByteBuffer.allocate(0)))
                .isInstanceOf(ProtocolException.class);
        ByteBuffer ping = ByteBuffer.wrap(new byte[] {10, 0, 0});
        assertThatThrownBy(() -> broker.decode(ping)).hasMessageContaining("2 bytes too many");
        assertThat(broker.decode(ByteBuffer.wrap(new byte[] {10}))).isEqualTo(new Ping());
        assertThatThrownBy(() -> broker.decode(ByteBuffer.wrap(new byte[] {(byte) 255})))
                .hasMessage("unknown frame type 255");
    }

    private static void pass(FrameCodec from, FrameCodec to, Frame frame) {
        ByteBuffer bytes = encoded(from, frame);
        to.checkedLength(bytes.getInt());
        to.decode(bytes);
    }

    private static ByteBuffer encoded(FrameCodec codec, Frame frame) {
        ByteBuffer out = ByteBuffer.allocate(codec.admit(frame));
        FrameCodec.encode(frame, out);
        assertThat(out.hasRemaining()).isFalse();
        return out.flip();
    }

    private static byte[] mutated(byte[] valid, SplittableRandom chance) {
        int length = chance.nextInt(4) == 0 ? chance.nextInt(valid.length + 1) : valid.length;
        byte[] broken = java.util.Arrays.copyOf(valid, length);
        for (int i = chance.nextInt(4); i >= 0 && length > 0; i--) {
            broken[chance.nextInt(length)] = (byte) chance.nextInt();
        }
        return broken;
    }

    private static void readOrRefuse(FrameCodec codec, byte[] stream) {
        ByteBuffer in = ByteBuffer.wrap(stream);
        try {
            while (in.remaining() >= FrameCodec.LENGTH_BYTES) {
                int length = codec.checkedLength(in.getInt());
                if (length > in.remaining()) {
                    return;
                }
                ByteBuffer frame = in.slice(in.position(), length);
                in.position(in.position() + length);
                codec.decode(frame);
            }
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static void decodeOrRefuse(FrameCodec codec, ByteBuffer frame) {
        try {
            codec.decode(frame);
        } catch (ProtocolException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    private static long allocatedBytes() {
        return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
                .getCurrentThreadAllocatedBytes();
    }
}
