package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.millrace.foundation.Spec;

/** Whatever is put in comes out, for any content; failures print their seed. */
class RoundTripTest {
    @Provide
    Arbitrary<Object> propertyValue() {
        return Arbitraries.oneOf(
                        Arbitraries.of(true, false).asGeneric(),
                        Arbitraries.bytes().asGeneric(),
                        Arbitraries.shorts().asGeneric(),
                        Arbitraries.integers().asGeneric(),
                        Arbitraries.longs().asGeneric(),
                        Arbitraries.floats().asGeneric(),
                        Arbitraries.doubles().asGeneric(),
                        Arbitraries.strings().asGeneric())
                .injectNull(0.05);
    }

    @Provide
    Arbitrary<Object> bodyValue() {
        return Arbitraries.oneOf(
                propertyValue(),
                Arbitraries.chars().asGeneric(),
                Arbitraries.bytes().array(byte[].class).asGeneric());
    }

    @Provide
    Arbitrary<Map<String, Object>> properties() {
        Arbitrary<String> names =
                Arbitraries.strings().alpha().ofMinLength(8).map(name -> "p" + name);
        return Arbitraries.maps(names, propertyValue()).ofMaxSize(20);
    }

    @Provide
    Arbitrary<Map<String, Object>> items() {
        Arbitrary<String> names = Arbitraries.strings().ofMinLength(1);
        return Arbitraries.maps(names, bodyValue()).ofMaxSize(20);
    }

    @Provide
    Arbitrary<List<Object>> values() {
        return bodyValue().list().ofMaxSize(20);
    }

    @Property(tries = 300)
    @Spec({"PRP-6", "PRP-7", "PRP-11"})
    void propertiesArrive(@ForAll("properties") Map<String, Object> properties)
            throws JMSException {
        JmsMessage message = Transit.plain();
        for (Map.Entry<String, Object> each : properties.entrySet()) {
            message.setObjectProperty(each.getKey(), each.getValue());
        }

        JmsMessage received = Transit.deliver(message);

        for (Map.Entry<String, Object> each : properties.entrySet()) {
            assertThat(received.propertyExists(each.getKey())).isTrue();
            assertThat(received.getObjectProperty(each.getKey())).isEqualTo(each.getValue());
        }
    }

    @Property(tries = 300)
    @Spec({"BDY-22", "MSG-6"})
    void itemsArrive(@ForAll("items") Map<String, Object> items) throws JMSException {
        JmsMapMessage message = Transit.map();
        for (Map.Entry<String, Object> each : items.entrySet()) {
            message.setObject(each.getKey(), each.getValue());
        }

        JmsMapMessage received = Transit.deliver(message);

        for (Map.Entry<String, Object> each : items.entrySet()) {
            assertThat(received.itemExists(each.getKey())).isTrue();
            assertThat(received.getObject(each.getKey())).isEqualTo(each.getValue());
        }
    }

    @Property(tries = 300)
    @Spec({"BDY-14", "MSG-6"})
    void valuesArrive(@ForAll("values") List<Object> values) throws JMSException {
        JmsStreamMessage message = Transit.stream();
        for (Object value : values) {
            message.writeObject(value);
        }

        JmsStreamMessage received = Transit.deliver(message);

        for (Object value : values) {
            assertThat(received.readObject()).isEqualTo(value);
        }
    }

    @Property(tries = 300)
    @Spec({"BDY-24", "HDR-5"})
    void textAndHeadersArrive(@ForAll String text, @ForAll String correlation, @ForAll String type)
            throws JMSException {
        JmsTextMessage message = Transit.text(text);
        message.setJMSCorrelationID(correlation);
        message.setJMSType(type);

        JmsTextMessage received = Transit.deliver(message);

        assertThat(received.getText()).isEqualTo(text);
        assertThat(received.getJMSCorrelationID()).isEqualTo(correlation);
        assertThat(received.getJMSType()).isEqualTo(type);
    }
}
