package io.holdfast.recovery.load;

import io.holdfast.core.SqlErrorException;
import io.holdfast.core.TableName;
import io.holdfast.core.Text;
import io.holdfast.repository.logical.ObjectKind;
import io.holdfast.repository.logical.SchemaLine;
import io.holdfast.repository.logical.ShowCheck;
import io.holdfast.repository.logical.SqlSession;
import io.holdfast.repository.logical.SqlText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Asks the server for each object again, as the backup did, and compares byte by byte.
///
/// The one difference that is allowed is a table's next AUTO_INCREMENT value: it must be at least
/// the original's. Where it is lower, it is raised.
final class SchemaProof {
    private static final Pattern AUTO_INCREMENT = Pattern.compile(" AUTO_INCREMENT=(\\d+)");
    private static final int SHOWN_MAX = 100;

    private final LoadSession session;
    private final Findings findings;

    SchemaProof(LoadSession session, Findings findings) {
        this.session = session;
        this.findings = findings;
    }

    void compare(SchemaLine line) {
        ShowCheck check = line.check();
        if (check == null) {
            return;
        }
        try {
            byte[] expected = check.text().bytes();
            byte[] actual = ask(line, check);
            if (!Arrays.equals(expected, actual)) {
                compareTexts(line, latin1(expected), latin1(actual));
            }
        } catch (SqlErrorException refusal) {
            if (!line.facts().containsKey("invalid")) {
                findings.different(
                        line.title(), "the server does not show it: " + refusal.serverMessage());
            }
        }
    }

    private byte[] ask(SchemaLine line, ShowCheck check) {
        String database = line.schema();
        session.apply(database == null ? null : SqlSession.in(database));
        return session.session().query(check.statement()).only().bytes(check.column());
    }

    /// Bytes that are compared as they are, whatever character set they have.
    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void compareTexts(SchemaLine line, String expected, String actual) {
        if (line.kind() == ObjectKind.TABLE && equalButCounter(line, expected, actual)) {
            return;
        }
        int at = 0;
        while (at < Math.min(expected.length(), actual.length())
                && expected.charAt(at) == actual.charAt(at)) {
            at++;
        }
        findings.different(
                line.title(),
                Text.format(
                        "from byte %d on the server says '%s', the original said '%s'",
                        at, shown(actual, at), shown(expected, at)));
    }

    private boolean equalButCounter(SchemaLine line, String expected, String actual) {
        if (!withoutCounter(expected).equals(withoutCounter(actual))) {
            return false;
        }
        String wanted = counter(expected);
        String schema = line.schema();
        if (schema != null && Long.compareUnsigned(number(wanted), number(counter(actual))) > 0) {
            var table = new TableName(schema, line.name());
            session.execute(
                    null,
                    SqlText.of("ALTER TABLE " + table.quoted() + " AUTO_INCREMENT = " + wanted));
        }
        return true;
    }

    private static String withoutCounter(String create) {
        return AUTO_INCREMENT.matcher(create).replaceFirst("");
    }

    private static String counter(String create) {
        Matcher matcher = AUTO_INCREMENT.matcher(create);
        return matcher.find() ? matcher.group(1) : "0";
    }

    private static long number(String digits) {
        return Long.parseUnsignedLong(digits);
    }

    private static String shown(String latin1, int from) {
        String rest = latin1.substring(from, Math.min(latin1.length(), from + SHOWN_MAX));
        return new String(rest.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }
}
