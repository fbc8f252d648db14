package io.holdfast.repository.lease;

import java.time.Duration;

/// How long leases last.
///
/// @param term from one renewal to the expiry
/// @param clockSkewMax how far the clocks of two machines may be apart; an expired lease is taken
///   over only this long after its expiry
public record LeaseTerms(Duration term, Duration clockSkewMax) {
    public static final LeaseTerms DEFAULT =
            new LeaseTerms(Duration.ofSeconds(120), Duration.ofSeconds(30));

    /// How often a lease is renewed: three failures in a row are survived.
    Duration renewalInterval() {
        return term.dividedBy(4);
    }
}
