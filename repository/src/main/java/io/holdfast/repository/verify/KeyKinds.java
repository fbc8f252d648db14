package io.holdfast.repository.verify;

import io.holdfast.repository.BackupId;
import io.holdfast.repository.format.ObjectKind;
import io.holdfast.repository.format.PackId;
import io.holdfast.store.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Which kind of object a key promises. Source: `docs/formats/repository.md`, section 2.
final class KeyKinds {
    private record Form(Pattern pattern, ObjectKind kind) {
        Form(String pattern, ObjectKind kind) {
            this(Pattern.compile(pattern), kind);
        }
    }

    private static final List<Form> FORMS =
            List.of(
                    new Form("root", ObjectKind.ROOT),
                    new Form("packs/([0-9a-f]{2})/\\1[0-9a-f]{30}\\.pack", ObjectKind.PACK),
                    new Form("pack-table/[0-9]{10}", ObjectKind.PACK_TABLE),
                    new Form("leases/[a-z0-9._-]+/[0-9]{10}", ObjectKind.LEASE),
                    new Form("catalogue/[0-9]{8}/[0-9]{10}", ObjectKind.CATALOGUE_DAY),
                    new Form("archive/[0-9a-f-]{49}/history", ObjectKind.HISTORY),
                    new Form(
                            "archive/[0-9a-f-]{49}/parts/[0-9a-f-]+\\.part",
                            ObjectKind.ARCHIVE_PART),
                    new Form(
                            "archive/[0-9a-f-]{49}/indexes/[0-9a-f-]+\\.index",
                            ObjectKind.PART_INDEX),
                    new Form(
                            "archive/[0-9a-f-]{49}/definitions/[0-9a-f-]+\\.definitions",
                            ObjectKind.DEFINITIONS),
                    new Form("marks/[0-9]{10}", ObjectKind.DELETION_MARK),
                    new Form(
                            "unfinished/[0-9a-f-]{36}/[0-9]{8}t[0-9]{6}z-[0-9a-f]{8}/[0-9]{10}",
                            ObjectKind.STAGE));

    private KeyKinds() {}

    /// Empty for keys that are none of the format's.
    static Optional<ObjectKind> of(ObjectKey key) {
        if (BackupId.isManifestKey(key) || BackupId.isIncompleteKey(key)) {
            return Optional.of(ObjectKind.MANIFEST);
        }
        return FORMS.stream()
                .filter(form -> form.pattern.matcher(key.text()).matches())
                .map(Form::kind)
                .findFirst();
    }

    /// The id in a pack's key.
    static PackId pack(ObjectKey key) {
        return PackId.parse(key.name().substring(0, 32));
    }
}
