package io.holdfast.repository.lease;

import java.time.Instant;

/// One link of a lease's chain.
///
/// @param lease random id of the acquisition
/// @param purpose for people
record LeaseDocument(
        String lease,
        String purpose,
        LeaseHolder holder,
        Instant acquired,
        Instant expires,
        boolean released) {

    LeaseDocument renewed(Instant newExpiry) {
        return new LeaseDocument(lease, purpose, holder, acquired, newExpiry, false);
    }

    LeaseDocument givenBack(Instant now) {
        return new LeaseDocument(lease, purpose, holder, acquired, now, true);
    }
}
