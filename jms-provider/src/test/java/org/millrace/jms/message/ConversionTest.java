package org.millrace.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.millrace.foundation.Spec;

/** Tables 3-2 (§3.5.4) and 3-7 (§3.11.3), cell by cell, before and after the way to a receiver. */
class ConversionTest {
    /** Rows: set as; columns: read as, in the order of {@link Type}. */
    private static final String TABLE =
            """
            boolean  X . . . . . . . X .
            byte     . X X . X X . . X .
            short    . . X . X X . . X .
            char     . . . X . . . . X .
            int      . . . . X X . . X .
            long     . . . . . X . . X .
            float    . . . . . . X X X .
            double   . . . . . . . X X .
            String   X X X . X X X X X .
            byte[]   . . . . . . . . . X
            """;

    enum Type {
        BOOLEAN(true, Boolean.class),
        BYTE((byte) 1, Byte.class),
        SHORT((short) 1, Short.class),
        CHAR('c', Character.class),
        INT(1, Integer.class),
        LONG(1L, Long.class),
        FLOAT(1.5f, Float.class),
        DOUBLE(1.5, Double.class),
        STRING("1", String.class),
        BYTES(new byte[] {1, 2}, byte[].class);

        private final Object sample;
        private final Class<?> javaClass;

        Type(Object sample, Class<?> javaClass) {
            this.sample = sample;
            this.javaClass = javaClass;
        }

        boolean isProperty() {
            return this != CHAR && this != BYTES;
        }
    }

    /** Where a value is kept. */
    enum Carrier {
        PROPERTY {
            @Override
            Reader holding(Object value, boolean received) throws JMSException {
                JmsMessage message = Transit.plain();
                message.setObjectProperty("p", value);
                JmsMessage read = received ? Transit.deliver(message) : message;
                return new Reader() {
                    @Override
                    public Object as(Type type) throws JMSException {
                        return readProperty(read, type);
                    }

                    @Override
                    public Object asObject() {
                        return read.getObjectProperty("p");
                    }
                };
            }
        },
        MAP {
            @Override
            Reader holding(Object value, boolean received) throws JMSException {
                JmsMapMessage message = Transit.map();
                message.setObject("p", value);
                JmsMapMessage read = received ? Transit.deliver(message) : message;
                return new Reader() {
                    @Override
                    public Object as(Type type) throws JMSException {
                        return readItem(read, type);
                    }

                    @Override
                    public Object asObject() {
                        return read.getObject("p");
                    }
                };
            }
        },
        STREAM {
            @Override
            Reader holding(Object value, boolean received) throws JMSException {
                JmsStreamMessage message = Transit.stream();
                message.writeObject(value);
                JmsStreamMessage read = received ? Transit.deliver(message) : message;
                read.reset();
                return new Reader() {
                    @Override
                    public Object as(Type type) throws JMSException {
                        return readNext(read, type);
                    }

                    @Override
                    public Object asObject() throws JMSException {
                        return read.readObject();
                    }
                };
            }
        };

        abstract Reader holding(Object value, boolean received) throws JMSException;
    }

    interface Reader {
        Object as(Type type) throws JMSException;

        Object asObject() throws JMSException;
    }

    record Cell(Carrier carrier, boolean received, Type set, Type read, boolean allowed) {}

    static Stream<Cell> cells() {
        List<String> rows = TABLE.lines().toList();
        return Arrays.stream(Carrier.values())
                .flatMap(carrier -> Stream.of(true, false).flatMap(in -> cells(carrier, in, rows)));
    }

    private static Stream<Cell> cells(Carrier carrier, boolean received, List<String> rows) {
        return Arrays.stream(Type.values())
                .flatMap(
                        set ->
                                Arrays.stream(Type.values())
                                        .map(read -> cell(carrier, received, set, read, rows)))
                .filter(
                        cell ->
                                carrier != Carrier.PROPERTY
                                        || (cell.set.isProperty() && cell.read.isProperty()));
    }

    private static Cell cell(
            Carrier carrier, boolean received, Type set, Type read, List<String> rows) {
        String[] row = rows.get(set.ordinal()).split(" +");
        return new Cell(carrier, received, set, read, row[1 + read.ordinal()].equals("X"));
    }

    @ParameterizedTest
    @MethodSource("cells")
    @Spec({"PRP-1", "BDY-1", "BDY-4", "EXC-45"})
    void eachCellConvertsOrIsRefused(Cell cell) throws JMSException {
        Object sample = sampleFor(cell);
        Reader reader = cell.carrier.holding(sample, cell.received);
        if (cell.allowed) {
            Object value = reader.as(cell.read);
            assertThat(value).isInstanceOf(cell.read.javaClass);
            assertThat(textOf(value)).isEqualTo(textOf(sample, cell.read));
        } else {
            assertThatThrownBy(() -> reader.as(cell.read))
                    .isInstanceOf(MessageFormatException.class)
                    .hasMessageContaining("cannot be read as");
            // What failed can be read again as what it is.
            assertThat(reader.asObject()).isEqualTo(sample).hasSameClassAs(sample);
        }
    }

    private static Object sampleFor(Cell cell) {
        boolean decimal = cell.read == Type.FLOAT || cell.read == Type.DOUBLE;
        return cell.set == Type.STRING && decimal ? "1.5" : cell.set.sample;
    }

    private static String textOf(Object value) {
        return value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
    }

    private static String textOf(Object sample, Type read) {
        return sample.equals("1") && read == Type.BOOLEAN ? "false" : textOf(sample);
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    @Spec({"PRP-2", "BDY-2", "BDY-4", "EXC-46"})
    void textThatIsNoNumberLeavesTheValueWhereItIs(Carrier carrier) throws JMSException {
        Reader reader = carrier.holding("seven", true);
        for (Type type :
                List.of(Type.BYTE, Type.SHORT, Type.INT, Type.LONG, Type.FLOAT, Type.DOUBLE)) {
            assertThatThrownBy(() -> reader.as(type))
                    .as("%s", type)
                    .isInstanceOf(NumberFormatException.class);
        }
        assertThat(reader.as(Type.STRING)).isEqualTo("seven");
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    @Spec({"PRP-2", "BDY-2"})
    void onlyTrueInAnyCaseIsTrue(Carrier carrier) throws JMSException {
        assertThat(carrier.holding("tRuE", true).as(Type.BOOLEAN)).isEqualTo(true);
        assertThat(carrier.holding("yes", true).as(Type.BOOLEAN)).isEqualTo(false);
    }

    @ParameterizedTest
    @EnumSource(Carrier.class)
    @Spec({"PRP-3", "PRP-7", "BDY-3", "BDY-21", "MSG-9", "EXC-46", "EXC-47"})
    void nullIsReadLikeValueOfNull(Carrier carrier) throws JMSException {
        for (Type type : List.of(Type.BYTE, Type.SHORT, Type.INT, Type.LONG)) {
            Reader reader = carrier.holding(null, true);
            assertThatThrownBy(() -> reader.as(type))
                    .as("%s", type)
                    .isInstanceOf(NumberFormatException.class);
        }
        for (Type type : List.of(Type.FLOAT, Type.DOUBLE)) {
            Reader reader = carrier.holding(null, true);
            assertThatThrownBy(() -> reader.as(type))
                    .as("%s", type)
                    .isInstanceOf(NullPointerException.class);
        }
        assertThat(carrier.holding(null, true).as(Type.BOOLEAN)).isEqualTo(false);
        assertThat(carrier.holding(null, true).as(Type.STRING)).isNull();
        assertThat(carrier.holding(null, true).asObject()).isNull();
    }

    @ParameterizedTest
    @EnumSource(value = Carrier.class, mode = EnumSource.Mode.EXCLUDE, names = "PROPERTY")
    @Spec({"BDY-3", "BDY-4", "EXC-47"})
    void nullIsNoCharAndNullBytes(Carrier carrier) throws JMSException {
        Reader reader = carrier.holding(null, true);
        assertThatThrownBy(() -> reader.as(Type.CHAR)).isInstanceOf(NullPointerException.class);
        if (carrier == Carrier.MAP) {
            assertThat(reader.as(Type.BYTES)).isNull();
        }
        assertThat(reader.asObject()).isNull();
    }

    private static Object readProperty(JmsMessage message, Type type) throws JMSException {
        return switch (type) {
            case BOOLEAN -> message.getBooleanProperty("p");
            case BYTE -> message.getByteProperty("p");
            case SHORT -> message.getShortProperty("p");
            case INT -> message.getIntProperty("p");
            case LONG -> message.getLongProperty("p");
            case FLOAT -> message.getFloatProperty("p");
            case DOUBLE -> message.getDoubleProperty("p");
            case STRING -> message.getStringProperty("p");
            case CHAR, BYTES -> throw new AssertionError("properties have no " + type);
        };
    }

    private static Object readItem(JmsMapMessage message, Type type) throws JMSException {
        return switch (type) {
            case BOOLEAN -> message.getBoolean("p");
            case BYTE -> message.getByte("p");
            case SHORT -> message.getShort("p");
            case CHAR -> message.getChar("p");
            case INT -> message.getInt("p");
            case LONG -> message.getLong("p");
            case FLOAT -> message.getFloat("p");
            case DOUBLE -> message.getDouble("p");
            case STRING -> message.getString("p");
            case BYTES -> message.getBytes("p");
        };
    }

    private static Object readNext(JmsStreamMessage message, Type type) throws JMSException {
        return switch (type) {
            case BOOLEAN -> message.readBoolean();
            case BYTE -> message.readByte();
            case SHORT -> message.readShort();
            case CHAR -> message.readChar();
            case INT -> message.readInt();
            case LONG -> message.readLong();
            case FLOAT -> message.readFloat();
            case DOUBLE -> message.readDouble();
            case STRING -> message.readString();
            case BYTES -> {
                byte[] buffer = new byte[10];
                int count = message.readBytes(buffer);
                yield Arrays.copyOf(buffer, count);
            }
        };
    }
}
