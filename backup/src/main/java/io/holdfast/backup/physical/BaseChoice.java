package io.holdfast.backup.physical;

import io.holdfast.backup.BackupError;
import io.holdfast.core.CorruptDataException;
import io.holdfast.core.Problem;
import io.holdfast.core.RefusedException;
import io.holdfast.core.Text;
import io.holdfast.core.UnavailableException;
import io.holdfast.repository.BackupHead;
import io.holdfast.repository.BackupId;
import io.holdfast.repository.BackupKind;
import io.holdfast.repository.BackupListing;
import io.holdfast.repository.BackupReader;
import io.holdfast.repository.PackUse;
import io.holdfast.repository.Repository;
import io.holdfast.repository.UnfinishedBackup;
import io.holdfast.repository.format.PackId;
import io.holdfast.store.ObjectKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which backup the next one is based on: the newest one of the server that fits it and whose
/// objects are all there; and beside it the unfinished ones that began after it and fit as well.
///
/// @param base null if there is none
/// @param unfinished newest first
/// @param why there is no base; empty else
public record BaseChoice(@Nullable Base base, List<Base> unfinished, String why) {
    /// If the newest ones do not fit, older ones hardly will.
    private static final int TRIED_MAX = 5;

    private static final String PACKS = "packs/";

    /// Objects that are about to be deleted are listed below it.
    private static final String MARKS = "marks/";

    public BaseChoice {
        unfinished = List.copyOf(unfinished);
    }

    /// No base, for a reason.
    public static BaseChoice none(String why) {
        return new BaseChoice(null, List.of(), why);
    }

    /// Chooses. The backup's lease must be held, so that nothing that is chosen from is deleted
    /// before the backup has ended.
    ///
    /// @param unfinished what the server's unfinished backups left, oldest first
    public static BaseChoice of(
            Repository repository, BaseFit fit, List<UnfinishedBackup> unfinished) {
        if (isExpiring(repository)) {
            return none("objects of the repository are just being deleted");
        }
        BaseChoice whole = ofWhole(repository, fit);
        Base base = whole.base();
        List<Base> partly = new ArrayList<>();
        for (UnfinishedBackup backup : unfinished.reversed()) {
            boolean isNewer = base == null || backup.began().isAfter(base.consistentAt());
            if (isNewer
                    && partly.size() < TRIED_MAX
                    && problemOf(repository, fit, backup.reader()).isEmpty()) {
                partly.add(Base.of(backup));
            }
        }
        return new BaseChoice(base, partly, whole.why());
    }

    private static BaseChoice ofWhole(Repository repository, BaseFit fit) {
        String why = "the repository has no physical backup of this server";
        boolean isNewest = true;
        for (BackupId id : candidates(repository, fit)) {
            BaseChoice choice = tryOne(repository, fit, id);
            if (choice.base() != null) {
                return choice;
            }
            if (isNewest) {
                why = choice.why();
                isNewest = false;
            }
        }
        return none(why);
    }

    private static boolean isExpiring(Repository repository) {
        return !repository.envelopes().store().list(MARKS).isEmpty();
    }

    /// The base's id; null without one.
    public @Nullable BackupId backup() {
        return base == null ? null : base.backup();
    }

    /// Why not all was taken from a base that could have been, when the backup has ended: no base,
    /// or one that was refuted on the way; empty if nothing was in the way.
    public String whyNot() {
        String refutation = refutation();
        return refutation == null ? why : refutation;
    }

    /// What refutes one of them; null if nothing does.
    @Nullable String refutation() {
        for (Base earlier : unfinished) {
            if (earlier.refutation() != null) {
                return earlier.refutation();
            }
        }
        return base == null ? null : base.refutation();
    }

    /// What the backup needs of earlier packs, when all files that the server has were claimed.
    ///
    /// @throws CorruptDataException if one of the earlier backups was refuted at last
    public List<PackUse> uses() {
        Map<PackId, PackUse> sums = new LinkedHashMap<>();
        Stream.concat(Stream.ofNullable(base), unfinished.stream())
                .flatMap(earlier -> earlier.uses().stream())
                .forEach(use -> sums.merge(use.pack(), use, PackUse::plus));
        return List.copyOf(sums.values());
    }

    /// Refuses to make a backup of which earlier packs may just be going.
    ///
    /// @throws UnavailableException if objects are being deleted that it may need
    public void demandNothingIsDeleted(Repository repository) {
        if ((base != null || !unfinished.isEmpty()) && isExpiring(repository)) {
            throw new UnavailableException(
                    Problem.of(BackupError.BASE_REFUTED)
                            .what("objects of the repository are being deleted since")
                            .where(
                                    "backup %s",
                                    base == null ? unfinished.getFirst().backup() : base.backup())
                            .remedy("Run the backup again when `expire` has ended."));
        }
    }

    private static List<BackupId> candidates(Repository repository, BaseFit fit) {
        List<BackupHead> heads = new ArrayList<>();
        for (BackupListing listing : repository.catalogue().backups()) {
            if (listing instanceof BackupListing.Whole(BackupHead head)
                    && head.kind() == BackupKind.PHYSICAL
                    && head.server().uuid().equals(fit.server().uuid())) {
                heads.add(head);
            }
        }
        return heads.stream()
                .sorted(Comparator.comparing(BackupHead::consistentAt).reversed())
                .limit(TRIED_MAX)
                .map(BackupHead::backup)
                .toList();
    }

    private static BaseChoice tryOne(Repository repository, BaseFit fit, BackupId id) {
        try {
            BackupReader reader = repository.openBackup(id);
            String problem = problemOf(repository, fit, reader);
            return problem.isEmpty()
                    ? new BaseChoice(Base.read(reader), List.of(), "")
                    : none(Text.format("backup %s is no base: %s", id, problem));
        } catch (CorruptDataException | RefusedException damage) {
            return none(
                    Text.format(
                            "backup %s is no base: %s (%s)",
                            id, damage.problem().what(), damage.problem().where()));
        }
    }

    private static String problemOf(Repository repository, BaseFit fit, BackupReader reader) {
        String problem = fit.problemOf(reader.manifest());
        return problem.isEmpty() ? missing(repository, reader) : problem;
    }

    /// Packs that the backup needs and that are gone or cut short. Flipped bits in them are what
    /// `holdfast verify` is for.
    private static String missing(Repository repository, BackupReader reader) {
        Map<ObjectKey, PackUse> needed = new HashMap<>();
        for (PackUse use : reader.manifest().packs()) {
            PackId pack = use.pack();
            if (!reader.isMoved(pack)) {
                needed.put(pack.key(), use);
            }
        }
        repository
                .envelopes()
                .store()
                .list(
                        PACKS,
                        object -> {
                            PackUse use = needed.get(object.key());
                            if (use != null && object.bytes() >= use.liveBytes()) {
                                needed.remove(object.key());
                            }
                        });
        return needed.isEmpty()
                ? ""
                : Text.format(
                        "%d of its packs are missing or cut short, %s among them",
                        needed.size(), needed.keySet().iterator().next());
    }
}
