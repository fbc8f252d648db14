package io.holdfast.mysqld;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class AptMirrorTest {
    private static AptMirror of(String file, String text) {
        return AptMirror.choose(Map.of(Path.of(file), text));
    }

    @Test
    void aDeb822SourceIsReadPastCommentsSecurityAndOthers() {
        assertThat(
                        of(
                                "debian.sources",
                                """
                                Types: deb
                                URIs: https://packages.example/thing
                                Suites: stable
                                Components: thing

                                Types: deb
                                URIs: http://mirror.example/debian-security
                                Suites: bookworm-security
                                Components: main

                                Types: deb-src
                                URIs: http://sources.example/debian
                                Suites: bookworm
                                Components: main

                                Types: deb
                                Enabled: no
                                URIs: http://off.example/debian
                                Suites: bookworm
                                Components: main

                                Types: deb deb-src
                                # http://snapshot.example/archive
                                URIs: http://mirror.example/debian
                                Suites: bookworm bookworm-updates
                                Components: main contrib
                                Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
                                """))
                .isEqualTo(
                        new AptMirror(
                                "http://mirror.example/debian",
                                "/usr/share/keyrings/debian-archive-keyring.gpg"));
    }

    @Test
    void aKeyInTheSourceItselfIsLeftToApt() {
        assertThat(
                        of(
                                "a.sources",
                                """
                                Types: deb
                                URIs: http://mirror.example/debian
                                Suites: trixie
                                Components: main
                                Signed-By:
                                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                                 .
                                 mQINBF
                                """))
                .isEqualTo(new AptMirror("http://mirror.example/debian", ""));
    }

    @Test
    void aOneLineSourceIsReadWithItsOptions() {
        assertThat(
                        of(
                                "sources.list",
                                """
                                # deb http://commented.example/debian bookworm main
                                deb cdrom:[Debian]/ bookworm main
                                deb http://security.example/debian-security bookworm-security main
                                deb [arch=amd64 signed-by=/k.gpg] mirror+file:/etc/apt/m.list bookworm main # ours
                                """))
                .isEqualTo(new AptMirror("mirror+file:/etc/apt/m.list", "/k.gpg"));
    }

    @Test
    void withoutADebianSourceItIsDebiansOwn() {
        assertThat(of("sources.list", "deb http://archive.example/ubuntu noble main\n"))
                .isEqualTo(AptMirror.DEBIAN);
        assertThat(of("notes.txt", "deb http://mirror.example/debian sid main\n"))
                .isEqualTo(AptMirror.DEBIAN);
    }

    @Test
    void theLineForAptHasItsKeyring() {
        assertThat(new AptMirror("http://m/debian", "/k.gpg").sourceLine("sid"))
                .isEqualTo("deb [signed-by=/k.gpg] http://m/debian sid main\n");
        assertThat(new AptMirror("http://m/debian", "").sourceLine("sid"))
                .isEqualTo("deb http://m/debian sid main\n");
    }
}
