package io.holdfast.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Goal: lines mean what they mean to the mysql client. Method: lines whose meaning was read off
/// `my_print_defaults` of MySQL 9.7.4, one by one.
final class OptionFileLineTest {
    private static OptionFileLine option(String name, String value) {
        return new OptionFileLine.Option(name, value);
    }

    @Test
    void valuesAreThoseThatMysqlReads() {
        String[][] table = {
            {"user = root  # trailing", "user", "root"},
            {"password='a#b'", "password", "a#b"},
            {"host=\"my host\"", "host", "my host"},
            {"s1= \\s lead", "s1", "  lead"},
            {
                "s2=\\ttab\\nnl\\\\bs\\qunknown\\\"quote\\'sq",
                "s2",
                "\ttab\nnl\\bs\\qunknown\"quote'sq"
            },
            {"s3='single \\' quote'", "s3", "single ' quote"},
            {"s4=\"dq \\\" x\" rest", "s4", "\"dq \" x\" rest"},
            {"s5=abc\"def", "s5", "abc\"def"},
            {"s6=\"unterminated", "s6", "\"unterminated"},
            {"s7=  spaces   inside   ", "s7", "spaces   inside"},
            {"s8=a#b", "s8", "a"},
            {"s9=a #b", "s9", "a"},
            {"s10=\"a # b\" # c", "s10", "a # b"},
            {"s11=", "s11", ""},
            {"k = v = w", "k", "v = w"},
            {"  indented = yes", "indented", "yes"},
            {"=novalue", "", "novalue"},
            {"s13 ='x'y'", "s13", "x'y"},
            {"s14='a''b'", "s14", "a''b"},
            {"s15=\\\\", "s15", "\\"},
            {"s16=\\x41", "s16", "\\x41"},
            {"s17=\\b\\r", "s17", "\b\r"},
            {"s18=\"a\\\"", "s18", "a\\"},
            {"s19=' '", "s19", " "},
            {"s20=a\\ b", "s20", "a\\ b"},
            {"s21 = 'q' # 'r'", "s21", "q"},
            {"s22 = 'it''s'", "s22", "it''s"},
            {"s23='a\\sb'", "s23", "a b"},
            {"s24=a;b", "s24", "a;b"},
            {"s25=a ;b", "s25", "a ;b"},
            {"s26='#'", "s26", "#"},
            {"s27=\\#x", "s27", "\\"},
            {"s28=a\\#b", "s28", "a\\"},
            {"s29=\"a'b\"#c", "s29", "a'b"},
            {"s31=\\'a#b", "s31", "'a#b"},
            {"s32=\"a\\\\\"#b", "s32", "a\\"},
            {"s33='a\\'#b' #c", "s33", "a'#b"},
            {"s30=\"a'b'#c\"#d", "s30", "a'b'#c"},
        };
        for (String[] row : table) {
            assertThat(OptionFileLine.read(row[0])).as(row[0]).isEqualTo(option(row[1], row[2]));
        }
    }

    @Test
    void linesWithoutValuesAreWhatTheyAre() {
        assertThat(OptionFileLine.read("skip-foo"))
                .isEqualTo(new OptionFileLine.Option("skip-foo", null));
        assertThat(OptionFileLine.read("bareword   \r"))
                .isEqualTo(new OptionFileLine.Option("bareword", null));
        assertThat(OptionFileLine.read("[client]junk"))
                .isEqualTo(new OptionFileLine.Group("client"));
        assertThat(OptionFileLine.read("[ client ]"))
                .isEqualTo(new OptionFileLine.Group(" client"));
        assertThat(OptionFileLine.read("[client")).isInstanceOf(OptionFileLine.Malformed.class);
        assertThat(OptionFileLine.read(" ! include  /a b.cnf \r"))
                .isEqualTo(new OptionFileLine.Include("/a b.cnf"));
        assertThat(OptionFileLine.read("!includedir /etc/x/"))
                .isEqualTo(new OptionFileLine.IncludeFolder("/etc/x/"));
        assertThat(OptionFileLine.read("!include")).isInstanceOf(OptionFileLine.Malformed.class);
        for (String nothing : List.of("", "  ", "# x", " ; x", "!other x", "!includes /x")) {
            assertThat(OptionFileLine.read(nothing)).isEqualTo(new OptionFileLine.Nothing());
        }
    }

    /// Goal: no value is lost when it is quoted and escaped by the rules. Method: all texts of up
    /// to four characters over those that mean something.
    @Test
    void everyQuotedTextComesBack() {
        var texts = new ArrayList<String>(List.of(""));
        for (int i = 0; i < texts.size() && texts.get(i).length() < 4; i++) {
            for (char c : new char[] {'a', ' ', '#', '\\', '"', '\'', '=', 'n', ';'}) {
                texts.add(texts.get(i) + c);
            }
        }
        assertThat(texts).hasSize(1 + 9 + 81 + 729 + 6561);
        for (String text : texts) {
            String quoted = "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
            assertThat(OptionFileLine.read("o=" + quoted)).as(text).isEqualTo(option("o", text));
        }
    }
}
