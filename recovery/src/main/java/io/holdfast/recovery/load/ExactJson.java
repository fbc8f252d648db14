package io.holdfast.recovery.load;

import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// JSON text whose numbers mean more than JSON text can say.
///
/// A JSON value in a server may hold DECIMALs: `JSON_OBJECT('price', price)` makes one. It prints
/// as `1.50`; but read back from that text it becomes a DOUBLE and prints as `1.5`, and long ones
/// lose digits. So text alone does not bring such a value back. An SQL expression does, because a
/// literal `1.50` in SQL is a DECIMAL.
///
/// Source: MySQL 9.7 `sql-common/json_dom.cc`, `Rapid_json_handler` (integers of 64 bits stay
/// integers, everything else becomes a double) and `Json_decimal`; manual, "The JSON Data Type".
final class ExactJson {
    /// Arrays and objects with a number inside that needs it are written out as calls; so deep may
    /// they be. A server itself allows documents 100 levels deep.
    private static final int DEPTH_MAX = 100;

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX = new BigInteger("18446744073709551615");

    private final byte[] text;
    private final int end;
    private int at;

    private ExactJson(byte[] text, int begin, int end) {
        this.text = text;
        this.at = begin;
        this.end = end;
    }

    /// Whether a server that parses this text gets another value than the one that was printed. One
    /// pass over the bytes; nothing is taken for texts without decimal points and long numbers.
    static boolean losesByText(byte[] text, int begin, int end) {
        int at = begin;
        while (at < end) {
            byte next = text[at];
            if (next == '"') {
                at = endOfString(text, at, end);
            } else if (next == '-' || (next >= '0' && next <= '9')) {
                int last = endOfNumber(text, at, end);
                if (losesNumber(text, at, last)) {
                    return true;
                }
                at = last;
            } else {
                at++;
            }
        }
        return false;
    }

    private static int endOfString(byte[] text, int begin, int end) {
        int at = begin + 1;
        while (at < end && text[at] != '"') {
            at += text[at] == '\\' ? 2 : 1;
        }
        return Math.min(end, at + 1);
    }

    private static int endOfNumber(byte[] text, int begin, int end) {
        int at = begin;
        while (at < end && "+-.eE0123456789".indexOf(text[at]) >= 0) {
            at++;
        }
        return at;
    }

    /// Whether a number is not what a double or an integer of 64 bits prints as.
    private static boolean losesNumber(byte[] text, int begin, int end) {
        boolean hasPoint = false;
        for (int i = begin; i < end; i++) {
            if (text[i] == 'e' || text[i] == 'E') {
                return false; // a DECIMAL never prints so
            }
            hasPoint |= text[i] == '.';
        }
        if (!hasPoint && end - begin < 19) {
            return false;
        }
        String number = new String(text, begin, end - begin, StandardCharsets.US_ASCII);
        try {
            if (!hasPoint) {
                var integer = new BigInteger(number);
                return integer.compareTo(MIN) < 0 || integer.compareTo(MAX) > 0;
            }
            return !printsAlike(number);
        } catch (NumberFormatException _) {
            return true; // no server printed this: [#expression] says so
        }
    }

    /// Whether the double nearest to this decimal text prints as this very text: the shortest
    /// digits that tell it from its neighbours, and at least one behind the point.
    private static boolean printsAlike(String number) {
        double nearest = Double.parseDouble(number);
        var shortest = new BigDecimal(Double.toString(nearest));
        var written = new BigDecimal(number);
        if (shortest.compareTo(written) != 0) {
            return false;
        }
        int fraction = number.length() - number.indexOf('.') - 1;
        int needed = Math.max(1, shortest.stripTrailingZeros().scale());
        // Where a double would be printed with an exponent instead, the text is no double's.
        boolean isPlain = nearest == 0 || (Math.abs(nearest) >= 1e-14 && Math.abs(nearest) < 1e15);
        return fraction == needed && isPlain;
    }

    /// Writes an SQL expression whose value is exactly the one that was printed.
    ///
    /// @throws CorruptDataException if the text is no JSON as a server prints it
    static String expression(byte[] text, int begin, int end) {
        var json = new ExactJson(text, begin, end);
        String expression = json.value(0);
        json.passSpace();
        if (json.at != end) {
            throw json.malformed("something follows behind the value");
        }
        return expression;
    }

    private String value(int depth) {
        passSpace();
        int begin = at;
        int last = endOfValue(depth);
        if (!losesByText(text, begin, last)) {
            at = last;
            return "CAST(CONVERT("
                    + SqlLiteral.bytes(Arrays.copyOfRange(text, begin, last))
                    + " USING utf8mb4) AS JSON)";
        }
        return switch (text[begin]) {
            case '{' -> call("JSON_OBJECT", '}', true, depth);
            case '[' -> call("JSON_ARRAY", ']', false, depth);
            default -> {
                at = last;
                String number = new String(text, begin, last - begin, StandardCharsets.US_ASCII);
                // As an argument or cast on its own, a literal with a point or of many digits is a
                // DECIMAL of just its digits.
                yield depth == 0 ? "CAST(" + number + " AS JSON)" : number;
            }
        };
    }

    private String call(String function, char close, boolean hasKeys, int depth) {
        var arguments = new StringBuilder(function).append('(');
        at++;
        passSpace();
        boolean isFirst = true;
        while (at < end && text[at] != close) {
            if (!isFirst) {
                expect(',');
                passSpace();
                arguments.append(", ");
            }
            isFirst = false;
            if (hasKeys) {
                arguments.append(key()).append(", ");
                passSpace();
                expect(':');
            }
            arguments.append(value(depth + 1));
            passSpace();
        }
        expect((byte) close);
        return arguments.append(')').toString();
    }

    private String key() {
        int begin = at;
        at = endOfString(text, at, end);
        // JSON's own escapes are taken out by the server, as it put them in.
        return "JSON_UNQUOTE(CONVERT("
                + SqlLiteral.bytes(Arrays.copyOfRange(text, begin, at))
                + " USING utf8mb4))";
    }

    private void expect(int wanted) {
        if (at >= end || text[at] != wanted) {
            throw malformed("expected '" + (char) wanted + "'");
        }
        at++;
    }

    private void passSpace() {
        while (at < end && (text[at] == ' ' || text[at] == '\n' || text[at] == '\t')) {
            at++;
        }
    }

    /// Where the value that begins here ends. Leaves the cursor alone.
    private int endOfValue(int depth) {
        if (at >= end || depth > DEPTH_MAX) {
            throw malformed("a value is missing or too deep");
        }
        byte first = text[at];
        if (first == '"') {
            return endOfString(text, at, end);
        }
        if (first != '{' && first != '[') {
            int last = at;
            while (last < end && ",]} \n\t".indexOf(text[last]) < 0) {
                last++;
            }
            return last;
        }
        int open = 0;
        int last = at;
        do {
            byte next = text[last];
            if (next == '"') {
                last = endOfString(text, last, end);
                continue;
            }
            open += next == '{' || next == '[' ? 1 : next == '}' || next == ']' ? -1 : 0;
            last++;
        } while (open > 0 && last < end);
        return last;
    }

    private CorruptDataException malformed(String what) {
        var shown = new ByteArrayOutputStream();
        shown.write(text, at, Math.min(20, end - at));
        return new CorruptDataException(
                Problem.of(LoadError.ROWS_DAMAGED)
                        .what("%s in a JSON value, at its byte %d", what, at)
                        .where("near '%s'", shown.toString(StandardCharsets.UTF_8))
                        .remedy("Run 'holdfast verify', and restore another backup."));
    }
}
