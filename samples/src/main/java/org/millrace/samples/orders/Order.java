package org.millrace.samples.orders;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One line of {@code orders.csv}. */
public record Order(
        String id,
        String customerId,
        String sku,
        int quantity,
        BigDecimal unitPrice,
        String warehouse) {

    /** The lines of the file that ships with this sample, without its header. */
    public static List<String> readLines() throws IOException {
        try (Reader file =
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        Order.class.getResourceAsStream("orders.csv")),
                                StandardCharsets.UTF_8);
                BufferedReader lines = new BufferedReader(file)) {
            return lines.lines().skip(1).toList();
        }
    }

    /** Reads one line; fields may be quoted. */
    public static Order parse(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return new Order(
                fields.get(0),
                fields.get(2),
                fields.get(5),
                Integer.parseInt(fields.get(7)),
                new BigDecimal(fields.get(8)),
                fields.get(10));
    }

    public BigDecimal total() {
        return unitPrice.multiply(BigDecimal.valueOf(quantity));
    }
}
