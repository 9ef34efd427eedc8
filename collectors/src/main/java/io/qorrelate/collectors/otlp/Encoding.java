package io.qorrelate.collectors.otlp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.qorrelate.collectors.ProtobufJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** How messages are written. */
enum Encoding {
    PROTOBUF("application/x-protobuf") {
        @Override
        void read(byte[] body, Message.Builder into) throws Malformed {
            CodedInputStream input = CodedInputStream.newInstance(body);
            input.setRecursionLimit(RECURSION_LIMIT);
            try {
                into.mergeFrom(input);
                input.checkLastTagWas(0);
            } catch (IOException e) {
                throw new Malformed("not protobuf: " + e.getMessage());
            }
        }

        @Override
        byte[] write(Message message) {
            return message.toByteArray();
        }
    },

    /** OTLP's JSON is protobuf's own but for ids of traces and spans, which nothing here looks at. */
    JSON("application/json") {
        @Override
        void read(byte[] body, Message.Builder into) throws Malformed {
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(body))
                        .toString();
                PARSER.merge(ProtobufJson.withoutMarks(text), into);
            } catch (CharacterCodingException e) {
                throw new Malformed("not UTF-8");
            } catch (InvalidProtocolBufferException | RuntimeException e) {
                // What the library does not foresee in a stranger's text, it tells by other exceptions now and then.
                throw new Malformed("not JSON of OTLP: " + e.getMessage());
            }
        }

        @Override
        byte[] write(Message message) {
            return text(message).getBytes(StandardCharsets.UTF_8);
        }
    };

    /** A body that is none of OTLP's messages. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** Each level of a value's nesting takes three; the values' own limit comes first, and costs one record alone. */
    private static final int RECURSION_LIMIT = 300;

    private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();

    private static final JsonFormat.Printer PRINTER = JsonFormat.printer().omittingInsignificantWhitespace();

    private final String contentType;

    Encoding(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    /**
     * Reads a body.
     *
     * @throws Malformed whatever is wrong with it
     */
    abstract void read(byte[] body, Message.Builder into) throws Malformed;

    abstract byte[] write(Message message);

    /** A message in JSON. */
    static String text(Message message) {
        try {
            return PRINTER.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a message without 'Any' of unknown types can be written", e);
        }
    }
}
