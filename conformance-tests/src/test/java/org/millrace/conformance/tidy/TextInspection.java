package org.millrace.conformance.tidy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be seen line by line, in files of every kind. */
final class TextInspection {
    private static final int MAX_FILE_LINES = 500;

    // Brackets keep the patterns from finding themselves.
    private static final Pattern LEFTOVER = Pattern.compile("\\b(TO[D]O|FI[X]ME|X[X]X|HA[C]K)\\b");
    private static final Pattern FOREIGN_PLACE =
            Pattern.compile(
                    "(?<![\\w.])/(home|root|Users|work)/\\w+"
                            + "|(?i)\\b(nex[u]s|artif[a]ctory|jf[r]og)\\b|repo1?\\.m[a]ven");

    private final Repository repository;

    TextInspection(Repository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Path file : repository.textFiles()) {
            String name = repository.name(file);
            List<String> lines = repository.lines(file);
            if (name.contains("/src/main/java/") && lines.size() > MAX_FILE_LINES) {
                String what = "%d lines".formatted(lines.size());
                findings.add(new Finding(Rule.FILE_SIZE, name, lines.size(), what));
            }
            for (int i = 0; i < lines.size(); i++) {
                search(LEFTOVER, Rule.LEFTOVER, name, i + 1, lines.get(i), findings);
                search(FOREIGN_PLACE, Rule.FOREIGN_PLACE, name, i + 1, lines.get(i), findings);
            }
        }
        return findings;
    }

    private static void search(
            Pattern pattern, Rule rule, String file, int number, String line, List<Finding> into) {
        Matcher matcher = pattern.matcher(line);
        while (matcher.find()) {
            into.add(new Finding(rule, file, number, matcher.group()));
        }
    }
}
