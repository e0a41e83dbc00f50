package org.millrace.conformance.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The files of this repository as they lie on disk, without what a build or a broker has made. */
final class Repository {
    private static final Set<String> SKIPPED = Set.of("target", ".git", "data", ".idea", ".vscode");
    private static final Pattern TEXT =
            Pattern.compile(".*\\.(java|xml|md|sh|properties|yml|config|txt|tsv)|dev|millrace|run");

    private final Path root;
    private final List<Path> files = new ArrayList<>();

    Repository(Path root) {
        this.root = root;
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return SKIPPED.contains(folder.getFileName().toString())
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            files.add(file);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        files.sort(null);
    }

    /** The one that the working directory belongs to; for a test that is its module. */
    static Repository here() {
        for (Path folder = Path.of("").toAbsolutePath();
                folder != null;
                folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("foundation"))) {
                return new Repository(folder);
            }
        }
        throw new IllegalStateException("not run inside the repository");
    }

    List<Path> javaFiles() {
        return files.stream().filter(file -> file.toString().endsWith(".java")).toList();
    }

    List<Path> textFiles() {
        return files.stream()
                .filter(file -> TEXT.matcher(file.getFileName().toString()).matches())
                .toList();
    }

    /** Path from the root, with slashes on every system. */
    String name(Path file) {
        return root.relativize(file).toString().replace('\\', '/');
    }

    List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
