package io.qorrelate.diagnosis.binary;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Texts that come again and again, each written once: to be written before what refers to them by number. */
public final class Texts {
    private final List<String> texts = new ArrayList<>();

    /** The number of a text, which is taken in where it is new. There are few: a list is searched faster than a map is made. */
    public int add(String text) {
        int known = texts.indexOf(text);
        if (known >= 0) {
            return known;
        }
        texts.add(text);
        return texts.size() - 1;
    }

    /** Writes all that were taken in. */
    public void writeTo(DataOutput out) throws IOException {
        Varint.write(out, texts.size());
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    /**
     * Reads what {@link #writeTo} has written.
     *
     * @param most how many there may be
     */
    public static Texts readFrom(DataInput in, int most) throws IOException {
        Texts read = new Texts();
        long count = Varint.read(in);
        if (count < 0 || count > most) {
            throw new IOException(count + " texts");
        }
        for (int i = 0; i < count; i++) {
            read.texts.add(in.readUTF());
        }
        return read;
    }

    /** The text of a number that was read. */
    public String get(long number) throws IOException {
        if (number < 0 || number >= texts.size()) {
            throw new IOException("text " + number + " of " + texts.size());
        }
        return texts.get((int) number);
    }
}
