package io.holdfast.testkit;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/// InnoDB pages of 16 KiB as a server writes them, by the document alone, with nothing sensible in
/// them.
public final class OrdinaryPages {
    public static final int PAGE_BYTES = 16_384;

    private static final short INDEX = 17855;

    private OrdinaryPages() {}

    /// The pages of a tablespace from its first one on.
    public static byte[] pages(int space, int pageCount, RandomGenerator random) {
        byte[] file = new byte[pageCount * PAGE_BYTES];
        for (int number = 0; number < pageCount; number++) {
            System.arraycopy(page(space, number, random), 0, file, number * PAGE_BYTES, PAGE_BYTES);
        }
        return file;
    }

    /// One page.
    public static byte[] page(int space, int number, RandomGenerator random) {
        byte[] page = new byte[PAGE_BYTES];
        random.nextBytes(page);
        var fields = ByteBuffer.wrap(page);
        fields.putInt(4, number);
        fields.putShort(24, INDEX);
        fields.putInt(34, space);
        fields.putInt(38, space);
        fields.putInt(PAGE_BYTES - 4, fields.getInt(20));
        var head = new CRC32C();
        head.update(page, 4, 22);
        var body = new CRC32C();
        body.update(page, 38, PAGE_BYTES - 8 - 38);
        int sum = (int) (head.getValue() ^ body.getValue());
        fields.putInt(0, sum);
        fields.putInt(PAGE_BYTES - 8, sum);
        return page;
    }
}
