package io.holdfast.client;

/// What TLS has to guarantee, named for what is checked. No mode falls back to a weaker one: a
/// server that cannot do what the mode says is refused before anything secret is sent.
public enum TlsMode {
    /// No TLS. Whoever listens on the way reads everything but the password.
    DISABLED("disabled"),

    /// Encrypted, but **any** certificate is trusted: it protects from those who listen, not from
    /// those who stand in between and pretend to be the server.
    ENCRYPT_ONLY("encrypt-only"),

    /// Encrypted, and the server's certificate is signed by a trusted authority. Its name is not
    /// checked: any holder of a certificate of that authority may be the server.
    VERIFY_CA("verify-ca"),

    /// As [#VERIFY_CA], and the certificate names the host that was connected to, by DNS name or IP
    /// address among its subject alternative names.
    VERIFY_IDENTITY("verify-identity");

    private final String text;

    TlsMode(String text) {
        this.text = text;
    }

    /// The mode as users write it.
    public String text() {
        return text;
    }
}
