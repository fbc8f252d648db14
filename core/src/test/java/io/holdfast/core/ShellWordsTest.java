package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The witness is a shell.
final class ShellWordsTest {
    @Test
    void aShellSeesTheWordsAsTheyAre() throws Exception {
        List<String> words =
                List.of("plain", "", "two words", "it's", "$HOME `id` \"q\" \\ *", "#1", "a\nb");

        var command = new ArrayList<>(List.of("printf", "%s\\0"));
        command.addAll(words);
        var shell = new ProcessBuilder("/bin/sh", "-c", ShellWords.join(command)).start();
        String seen = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(shell.waitFor()).isZero();
        assertThat(seen).isEqualTo(String.join("\0", words) + "\0");
    }

    @Test
    void whatNeedsNoQuotesHasNone() {
        assertThat(ShellWords.join(List.of("mysqld", "--defaults-file=/srv/db3-back/my.cnf")))
                .isEqualTo("mysqld --defaults-file=/srv/db3-back/my.cnf");
    }
}
