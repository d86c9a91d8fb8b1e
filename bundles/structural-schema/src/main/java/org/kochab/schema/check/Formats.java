package org.kochab.schema.check;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/** Formats of texts and numbers. As in Kubernetes, a format that is not known means nothing. */
final class Formats {
    private static final Pattern IPV4 = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.(?!$)|$)){4}");
    private static final Pattern IPV6_LETTERS = Pattern.compile("[0-9a-fA-F:.]{2,45}");

    private Formats() {}

    /** What would be right, if the text is not. */
    static Optional<String> complaint(String format, String text) {
        return switch (format) {
            case "date-time" -> unless(isTime(text), "a time such as 2026-01-31T12:00:00Z");
            case "date" -> unless(isDate(text), "a date such as 2026-01-31");
            case "uuid" -> unless(isUuid(text), "a UUID");
            case "byte" -> unless(isBase64(text), "base64");
            case "ipv4" -> unless(IPV4.matcher(text).matches(), "an IPv4 address such as 192.0.2.1");
            case "ipv6" ->
                unless(
                        IPV6_LETTERS.matcher(text).matches() && text.indexOf(':') >= 0,
                        "an IPv6 address such as 2001:db8::1");
            default -> Optional.empty();
        };
    }

    static Optional<String> complaint(String format, long number) {
        return format.equals("int32") ? unless(number == (int) number, "a whole number of 32 bits") : Optional.empty();
    }

    private static Optional<String> unless(boolean right, String needed) {
        return right ? Optional.empty() : Optional.of(needed);
    }

    private static boolean isTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }

    private static boolean isUuid(String text) {
        try {
            return text.length() == 36 && UUID.fromString(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text) != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
