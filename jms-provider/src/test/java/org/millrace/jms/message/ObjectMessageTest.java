package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.NotSerializableException;
import java.io.Serializable;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.millrace.foundation.Spec;

/** §3.11: ObjectMessage, and which classes it may make. */
class ObjectMessageTest {
    private static final String HERE = ObjectMessageTest.class.getPackageName();

    /** What an application sends. */
    static final class Order implements Serializable {
        private static final long serialVersionUID = 1L;
        final List<String> lines = new ArrayList<>();
    }

    /** Cannot be serialised: its field is not. */
    static final class Broken implements Serializable {
        private static final long serialVersionUID = 1L;
        final Object field = new Object();
    }

    enum Colour {
        RED,
        GREEN
    }

    private static JmsObjectMessage trusting(String entries) {
        return new JmsObjectMessage(
                new MessageOptions(PropertyNaming.STRICT, DeserializationPolicy.trusting(entries)));
    }

    private static JmsObjectMessage received(Serializable object, String trusted)
            throws JMSException {
        JmsObjectMessage sent = Transit.object();
        sent.setObject(object);
        MessageOptions options =
                new MessageOptions(PropertyNaming.STRICT, DeserializationPolicy.trusting(trusted));
        return (JmsObjectMessage)
                new MessageDecoder(Transit.QUEUE, options, Acknowledgement.NOTHING)
                        .decode(Transit.encode(sent), 1);
    }

    @Test
    @Spec({"BDY-25", "MSG-9"})
    void theObjectIsTakenWhenItIsSetAndEachReadIsAFreshCopy() throws JMSException {
        JmsObjectMessage message = trusting(HERE);
        Order order = new Order();
        order.lines.add("one");
        message.setObject(order);
        order.lines.add("two");

        Order first = (Order) message.getObject();
        first.lines.clear();

        assertThat(((Order) message.getObject()).lines).containsExactly("one");
    }

    @Test
    @Spec({"BDY-26", "EXC-54"})
    void whatCannotBeSerialisedIsRefused() throws JMSException {
        JmsObjectMessage message = Transit.object();
        message.setObject("before");
        assertThatThrownBy(() -> message.setObject(new Broken()))
                .isInstanceOf(MessageFormatException.class)
                .hasCauseInstanceOf(NotSerializableException.class)
                .hasMessageContaining(Broken.class.getName());
        assertThat(message.getObject()).isEqualTo("before");
    }

    @Test
    @Spec({"BDY-26", "BDY-31", "EXC-54"})
    void whatCannotBeDeserialisedIsRefusedOnlyWhenItIsAskedFor() throws JMSException {
        JmsObjectMessage message = received(new Order(), "");
        assertThatThrownBy(message::getObject).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.getBody(Object.class))
                .isInstanceOf(MessageFormatException.class);
        assertThat(message.isBodyAssignableTo(Object.class)).isFalse();
    }

    @Test
    @Spec("BDY-27")
    void classesThatAreNotTrustedAreNamedWithTheOption() throws JMSException {
        assertThatThrownBy(() -> received(new Order(), "org.elsewhere").getObject())
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining(Order.class.getName())
                .hasMessageContaining("trustedPackages")
                .hasMessageContaining(DeserializationPolicy.SYSTEM_PROPERTY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.millrace.jms.message",
                "org.millrace.*",
                "org",
                "*",
                " org.other , org.millrace.jms.message.ObjectMessageTest ",
                "org.millrace.jms.message.ObjectMessageTest$Order"
            })
    @Spec("BDY-27")
    void trustIsGivenByPackageOrClass(String entries) throws JMSException {
        assertThat(received(new Order(), entries).getObject()).isInstanceOf(Order.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "org.millrace.jms.messages",
                "org.millrace.jms.mess",
                "org.millrace.jms.message.Object"
            })
    @Spec("BDY-27")
    void trustEndsAtTheNextDot(String entries) {
        assertThatThrownBy(() -> received(new Order(), entries).getObject())
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec("BDY-27")
    void elementsOfHarmlessCollectionsAndArraysAreLookedAtToo() {
        List<Serializable> hiding =
                List.of(
                        new ArrayList<>(List.of(new Order())),
                        new HashMap<>(Map.of("k", new Order())),
                        new Order[0],
                        new Order[1][1],
                        new Object[] {new Order()});
        for (Serializable each : hiding) {
            assertThatThrownBy(() -> received(each, "").getObject())
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("Order");
        }
    }

    @Test
    @Spec("BDY-27")
    void proxiesAreRefusedUnlessTheirHandlerIsTrusted() {
        InvocationHandler handler =
                (InvocationHandler & Serializable) (proxy, method, arguments) -> null;
        Object proxy =
                Proxy.newProxyInstance(
                        getClass().getClassLoader(), new Class<?>[] {Comparable.class}, handler);
        assertThatThrownBy(() -> received((Serializable) proxy, "").getObject())
                .isInstanceOf(MessageFormatException.class);
    }

    @Test
    @Spec("BDY-27")
    void graphsThatAreTooDeepAreRefused() {
        ArrayList<Object> outer = new ArrayList<>();
        ArrayList<Object> inner = outer;
        for (int depth = 0; depth <= DeserializationPolicy.MAX_DEPTH; depth++) {
            ArrayList<Object> next = new ArrayList<>();
            inner.add(next);
            inner = next;
        }
        assertThatThrownBy(() -> received(outer, "").getObject())
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("deep");
    }

    static Stream<Serializable> harmless() {
        Properties properties = new Properties();
        properties.setProperty("a", "b");
        return Stream.of(
                "text",
                'c',
                1,
                2L,
                3.0,
                true,
                new BigDecimal("1.50"),
                new int[] {1, 2},
                new String[][] {{"a"}},
                new Object[] {1, "b"},
                properties,
                new ArrayList<>(List.of(1, 2)),
                (Serializable) Arrays.asList("a", "b"),
                (Serializable) List.of(1, 2, 3),
                (Serializable) Set.of(1),
                (Serializable) Map.of("a", 1),
                (Serializable) Collections.emptyList(),
                (Serializable) Collections.unmodifiableMap(new TreeMap<>(Map.of("a", "b"))),
                (Serializable) Collections.synchronizedList(new ArrayList<>(List.of("a"))),
                new LinkedHashSet<>(List.of("x", "y")),
                new ConcurrentHashMap<>(Map.of("a", 1)),
                new GregorianCalendar(2024, 1, 29),
                new Date(5),
                new java.sql.Timestamp(5),
                Locale.GERMANY,
                Currency.getInstance("EUR"),
                UUID.nameUUIDFromBytes(new byte[] {1}),
                URI.create("https://example.org/"),
                Instant.ofEpochMilli(5),
                LocalDate.of(2024, 2, 29),
                Duration.ofHours(3),
                ZonedDateTime.of(2024, 1, 1, 1, 1, 1, 1, ZoneId.of("Europe/Berlin")));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    @Spec({"BDY-25", "BDY-27"})
    void harmlessClassesNeedNoTrust(Serializable object) throws JMSException {
        assertThat(received(object, "").getObject()).isEqualTo(object);
    }

    @Test
    @Spec("BDY-27")
    void harmlessContainersOfTrustedEnumsArrive() throws JMSException {
        EnumSet<Colour> colours = EnumSet.of(Colour.GREEN);
        assertThat(received(colours, HERE).getObject()).isEqualTo(colours);
        ArrayDeque<?> queue = (ArrayDeque<?>) received(new ArrayDeque<>(colours), HERE).getObject();
        assertThat(queue.peek()).isEqualTo(Colour.GREEN);
    }

    @Test
    @Spec("BDY-27")
    void classesAreLookedUpInTheContextClassLoader() throws JMSException {
        JmsObjectMessage message = received(new Order(), HERE);
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        List<String> asked = new ArrayList<>();
        ClassLoader recording =
                new ClassLoader(before) {
                    @Override
                    protected Class<?> loadClass(String name, boolean resolve)
                            throws ClassNotFoundException {
                        asked.add(name);
                        return super.loadClass(name, resolve);
                    }
                };
        Thread.currentThread().setContextClassLoader(recording);
        try {
            message.getObject();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
        assertThat(asked).contains(Order.class.getName());
    }

    @Test
    @Spec({"BDY-23", "EXC-48", "MSG-4"})
    void aReceivedObjectIsReadOnlyUntilCleared() throws JMSException {
        JmsObjectMessage message = received("text", "");
        assertThatThrownBy(() -> message.setObject("other"))
                .isInstanceOf(MessageNotWriteableException.class);
        message.clearBody();
        assertThat(message.getObject()).isNull();
        message.setObject("other");
        assertThat(message.getObject()).isEqualTo("other");
    }

    @Test
    @Spec("BDY-30")
    void nullArrivesAsNull() throws JMSException {
        assertThat(received(null, "").getObject()).isNull();
    }
}
