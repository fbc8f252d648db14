package io.holdfast.innodb;

import io.holdfast.core.ErrorCode;

/// The failures that reading InnoDB's files reports.
public enum InnodbError implements ErrorCode {
    TABLESPACE_HEADER_IMPOSSIBLE(
            "The first page of a tablespace file holds values that the format does not allow. The file is damaged, is"
                    + " no tablespace, or was written by something newer than this Holdfast."),
    REDO_HEADER_CORRUPT(
            "The header of a redo log file is not what its checksum says, or holds values that the format does not"
                    + " allow. The file is damaged or is no redo log."),
    REDO_FORMAT_UNKNOWN(
            "A redo log file has a format number that this Holdfast does not know. It reads the one of MySQL 8.0.30"
                    + " and later, number 6."),
    PAGE_TRACKING_CORRUPT(
            "A file of the server's page tracking is not what its checksum says or does not follow its format. No"
                    + " list of changed pages is made from it; a scan of the pages finds them.");

    private final String meaning;

    InnodbError(String meaning) {
        this.meaning = meaning;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
