package io.holdfast.store;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// A place that keeps objects: named, immutable runs of bytes. It promises what S3 promises and
/// nothing more: no rename, no append, no overwriting.
///
/// Promises, held by `ObjectStoreContract` in this module's tests:
/// - put if absent: of several writers of one key exactly one gets [PutResult#CREATED], and the
///   object never changes afterwards;
/// - all or nothing: an object is seen whole or not at all, whatever crashes;
/// - durable: what [ObjectWriter#commit()] reported survives a power cut;
/// - strong: what was put or deleted is so in the next list, read or put of anybody;
/// - ordered: [#list] yields keys in ascending order of their characters.
///
/// Thread-safe; the writers and inputs it returns are not. Failures are `UnavailableException`s
/// with a [StoreError].
public interface ObjectStore {

    /// Begins an object; nothing is seen of it before it is committed.
    ObjectWriter create(ObjectKey key);

    /// Puts a small object from memory.
    default PutResult put(ObjectKey key, byte[] bytes) {
        try (ObjectWriter writer = create(key)) {
            writer.write(bytes, 0, bytes.length);
            return writer.commit();
        }
    }

    /// Opens an object for reading from its first byte.
    ///
    /// @throws io.holdfast.core.CorruptDataException with `OBJECT_MISSING` if there is none
    ObjectInput open(ObjectKey key);

    /// Opens a range of an object.
    ///
    /// @throws io.holdfast.core.CorruptDataException with `OBJECT_MISSING` if there is none, with
    ///   `OBJECT_TRUNCATED` (here or while reading) if it is shorter than the range's end
    ObjectInput openRange(ObjectKey key, ByteRange range);

    /// Reads a range into memory; the caller bounds it.
    ///
    /// @throws io.holdfast.core.CorruptDataException as [#openRange] does
    default byte[] readRange(ObjectKey key, ByteRange range) {
        byte[] bytes = new byte[Math.toIntExact(range.byteCount())];
        try (ObjectInput in = openRange(key, range)) {
            in.need(bytes, 0, bytes.length);
        }
        return bytes;
    }

    /// How long an object is; empty if there is none.
    OptionalLong bytes(ObjectKey key);

    /// Gives every object whose key begins with the prefix, in ascending order of keys. The prefix
    /// may end within a segment; the empty one lists everything. Objects put or deleted meanwhile
    /// may or may not come.
    void list(String prefix, Consumer<StoredObject> each);

    /// As [#list(String, Consumer)], held in memory: for prefixes with few objects.
    default List<StoredObject> list(String prefix) {
        var found = new ArrayList<StoredObject>();
        list(prefix, found::add);
        return found;
    }

    /// Removes an object.
    ///
    /// @return false if there was none
    boolean delete(ObjectKey key);

    /// Where it is, for messages: a path or a URL, without secrets.
    String describe();
}
