package io.qorrelate.app;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Failures in words: Java names the file and leaves what is the matter with it to the exception's type. */
final class Failures {
    private Failures() {}

    static String inWords(Throwable failure) {
        String message = failure.getMessage();
        if (!(failure instanceof FileSystemException about)) {
            return message == null ? failure.toString() : message;
        }
        String reason = about.getReason();
        String what = switch (failure) {
            case NoSuchFileException e -> "there is no such file or folder";
            case AccessDeniedException e -> "access is denied";
            case FileAlreadyExistsException e -> "it is there already, and is no folder";
            case NotDirectoryException e -> "it is no folder";
            default -> reason == null ? failure.toString() : reason;
        };
        return about.getFile() == null ? what : about.getFile() + ": " + what;
    }
}
