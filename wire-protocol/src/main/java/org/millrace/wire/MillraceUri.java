package org.millrace.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a client finds its broker: {@code millrace://host:7272[,host:port…][?options]}, {@code
 * millraces://…} (TLS), {@code vm://name[?options]}.
 *
 * <p>Immutable. Which options exist is for the caller to judge. Option values whose name contains
 * "password" are never shown.
 *
 * @param endpoints at least one, in the order given; exactly one for {@link Transport#IN_VM}
 * @param options decoded, in the order given
 */
public record MillraceUri(
        Transport transport, List<Endpoint> endpoints, Map<String, String> options) {
    public static final int DEFAULT_PORT = 7272;

    private static final int HIGHEST_PORT = 65_535;

    /** How bytes are carried. */
    public enum Transport {
        TCP("millrace"),
        TLS("millraces"),
        IN_VM("vm");

        private final String scheme;

        Transport(String scheme) {
            this.scheme = scheme;
        }

        public String scheme() {
            return scheme;
        }
    }

    /** One place to connect to. */
    public sealed interface Endpoint {
        /** {@code host} without brackets. */
        record Tcp(String host, int port) implements Endpoint {
            @Override
            public String toString() {
                return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
            }
        }

        /** A broker of this process. */
        record InVm(String name) implements Endpoint {
            @Override
            public String toString() {
                return "vm://" + name;
            }
        }
    }

    public MillraceUri {
        endpoints = List.copyOf(endpoints);
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /**
     * @throws IllegalArgumentException naming the URI (without secrets) and what is wrong with it
     */
    public static MillraceUri parse(String text) {
        if (text == null) {
            throw new IllegalArgumentException("broker URI is null");
        }
        try {
            return parsed(text.strip());
        } catch (MalformedUri malformed) {
            throw new IllegalArgumentException(
                    "broker URI '%s': %s; expected millrace://host:7272[,host:port...][?option=value&...] or vm://name"
                            .formatted(withoutSecrets(text), malformed.getMessage()));
        }
    }

    private static MillraceUri parsed(String text) throws MalformedUri {
        int schemeEnd = text.indexOf("://");
        if (schemeEnd < 0) {
            throw new MalformedUri("there is no '://'");
        }
        Transport transport = transportOf(text.substring(0, schemeEnd));
        String rest = text.substring(schemeEnd + 3);
        int optionsStart = rest.indexOf('?');
        String place = optionsStart < 0 ? rest : rest.substring(0, optionsStart);
        String options = optionsStart < 0 ? "" : rest.substring(optionsStart + 1);
        if (place.endsWith("/")) {
            place = place.substring(0, place.length() - 1);
        }
        List<Endpoint> endpoints = transport == Transport.IN_VM ? List.of(inVm(place)) : tcp(place);
        return new MillraceUri(transport, endpoints, options(options));
    }

    private static Transport transportOf(String scheme) throws MalformedUri {
        for (Transport transport : Transport.values()) {
            if (transport.scheme.equalsIgnoreCase(scheme)) {
                return transport;
            }
        }
        throw new MalformedUri("unknown scheme '" + scheme + "'");
    }

    private static Endpoint inVm(String name) throws MalformedUri {
        if (name.isEmpty()) {
            throw new MalformedUri("the name of the broker is missing");
        }
        checkCharacters(name, "._-", "broker name");
        return new Endpoint.InVm(name);
    }

    private static List<Endpoint> tcp(String place) throws MalformedUri {
        if (place.indexOf('@') >= 0) {
            throw new MalformedUri("user names are not taken from the URI");
        }
        List<Endpoint> endpoints = new ArrayList<>();
        for (String address : place.split(",", -1)) {
            endpoints.add(endpoint(address.strip()));
        }
        return endpoints;
    }

    private static Endpoint endpoint(String address) throws MalformedUri {
        boolean isIpv6 = address.startsWith("[");
        int hostEnd = isIpv6 ? address.indexOf(']') : address.indexOf(':');
        if (isIpv6 && hostEnd < 0) {
            throw new MalformedUri("'" + address + "' lacks its ']'");
        }
        if (!isIpv6 && hostEnd >= 0 && address.indexOf(':', hostEnd + 1) >= 0) {
            throw new MalformedUri("IPv6 address '" + address + "' needs brackets");
        }
        String host = hostEnd < 0 ? address : address.substring(isIpv6 ? 1 : 0, hostEnd);
        String port = hostEnd < 0 ? "" : address.substring(isIpv6 ? hostEnd + 1 : hostEnd);
        if (host.isEmpty()) {
            throw new MalformedUri("a host is missing");
        }
        checkCharacters(host, isIpv6 ? ":.%" : "._-", "host");
        return new Endpoint.Tcp(host, port.isEmpty() ? DEFAULT_PORT : port(port));
    }

    /** {@code text}: with its colon. */
    private static int port(String text) throws MalformedUri {
        String digits = text.substring(1);
        boolean isNumber =
                text.startsWith(":")
                        && !digits.isEmpty()
                        && digits.length() <= 5
                        && digits.chars().allMatch(c -> c >= '0' && c <= '9');
        int port = isNumber ? Integer.parseInt(digits) : 0;
        if (port < 1 || port > HIGHEST_PORT) {
            throw new MalformedUri(
                    "'%s' is not a port, 1 to %d are".formatted(digits, HIGHEST_PORT));
        }
        return port;
    }

    private static void checkCharacters(String text, String alsoAllowed, String what)
            throws MalformedUri {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isLetterOrDigit(c) && alsoAllowed.indexOf(c) < 0) {
                throw new MalformedUri("%s '%s' contains '%c'".formatted(what, text, c));
            }
        }
    }

    private static Map<String, String> options(String text) throws MalformedUri {
        Map<String, String> options = new LinkedHashMap<>();
        if (text.isEmpty()) {
            return options;
        }
        for (String option : text.split("&", -1)) {
            int equals = option.indexOf('=');
            if (equals < 1) {
                throw new MalformedUri("option '%s' is not name=value".formatted(option));
            }
            String name = decoded(option.substring(0, equals));
            if (options.put(name, decoded(option.substring(equals + 1))) != null) {
                throw new MalformedUri("option '%s' is given twice".formatted(name));
            }
        }
        return options;
    }

    private static String decoded(String text) throws MalformedUri {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                bytes.put(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(encoded[i + 2], 16);
            if (low < 0) {
                throw new MalformedUri("'%' is not followed by two hexadecimal digits");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new MalformedUri("an option is not UTF-8 after decoding");
        }
    }

    private static String withoutSecrets(String text) {
        return text.replaceAll("(?i)([?&][^=&]*password[^=&]*=)[^&]*", "$1***")
                .replaceAll("//[^/?]*@", "//***@");
    }

    /** With option values as they were decoded; not meant to be parsed again. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Endpoint endpoint : endpoints) {
            text.append(text.isEmpty() ? "" : ",").append(endpoint);
        }
        if (transport != Transport.IN_VM) {
            text.insert(0, transport.scheme + "://");
        }
        String separator = "?";
        for (Map.Entry<String, String> option : options.entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = "&";
        }
        return withoutSecrets(text.toString());
    }

    private static final class MalformedUri extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedUri(String message) {
            super(message);
        }
    }
}
