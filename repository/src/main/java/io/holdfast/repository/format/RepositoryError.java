package io.holdfast.repository.format;

import io.holdfast.core.ErrorCode;

/// The failures of repositories.
public enum RepositoryError implements ErrorCode {
    REPOSITORY_MISSING(
            "The place holds no repository: it has no root object. Nothing was created or changed."),
    REPOSITORY_EXISTS("The place holds a repository already. It was not changed."),
    FORMAT_TOO_NEW(
            "An object was written by a newer Holdfast and needs something that this one does not know. Nothing was"
                    + " read from it; use the newer Holdfast."),
    OBJECT_DAMAGED(
            "An object's bytes are not what was written: a checksum, a length or a fixed value in it does not fit."
                    + " Nothing was restored from the damaged bytes."),
    OBJECT_MISPLACED(
            "An object is intact but belongs under another name, or to another repository. It was copied or renamed"
                    + " behind Holdfast's back; nothing was read from it."),
    OBJECT_EXISTS(
            "An object that was to be new is in the store already. The existing one was not changed; what was being"
                    + " written does not count."),
    DOCUMENT_MALFORMED(
            "A document's checksums fit but its content is not what this kind of document holds. It was written by"
                    + " something that is not this Holdfast."),
    STREAM_DAMAGED(
            "The blocks of a stream are intact one by one but do not add up to what was written. The backup cannot be"
                    + " restored as it is."),
    BACKUP_MISSING("The repository has no backup of that id."),
    LEASE_HELD(
            "Another Holdfast process works on the same thing at this moment, and two at once would disturb each"
                    + " other. Nothing was changed."),
    LEASE_LOST(
            "This process could not renew its lease in time, and another one may have taken its place. It stopped"
                    + " without committing; what it wrote will be collected."),
    HISTORY_MISSING("The repository's archive has no history of that id."),
    POSITION_NOT_ARCHIVED("A place in the binary log lies in no archived part of the history.");

    private final String meaning;

    RepositoryError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
