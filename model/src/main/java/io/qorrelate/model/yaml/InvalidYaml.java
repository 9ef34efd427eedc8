package io.qorrelate.model.yaml;

/** YAML that does not say what it should; the message begins with {@code file:line:column:}. */
public final class InvalidYaml extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidYaml(String message) {
        super(message);
    }
}
