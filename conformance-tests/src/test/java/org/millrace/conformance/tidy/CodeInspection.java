package org.millrace.conformance.tidy;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the syntax trees of the Java files show; parsed, not resolved. */
final class CodeInspection extends TreePathScanner<Void, Void> {
    private static final int MAX_METHOD_LINES = 60;
    private static final int MAX_PARAMETERS = 6;
    private static final Pattern BANNED_NAME =
            Pattern.compile("\\w+(Manager|Helper|Utils?|Impl|Base)");
    private static final Map<String, Rule> BANNED_MEMBERS =
            Map.ofEntries(
                    Map.entry("System.currentTimeMillis", Rule.CLOCK),
                    Map.entry("System.nanoTime", Rule.CLOCK),
                    Map.entry("Instant.now", Rule.CLOCK),
                    Map.entry("LocalDateTime.now", Rule.CLOCK),
                    Map.entry("ZonedDateTime.now", Rule.CLOCK),
                    Map.entry("Clock.systemUTC", Rule.CLOCK),
                    Map.entry("InstantSource.system", Rule.CLOCK),
                    Map.entry("Math.random", Rule.CHANCE),
                    Map.entry("UUID.randomUUID", Rule.CHANCE),
                    Map.entry("ThreadLocalRandom.current", Rule.CHANCE),
                    Map.entry("System.out", Rule.PRINTING),
                    Map.entry("System.err", Rule.PRINTING));
    private static final Set<String> BANNED_MAKES =
            Set.of("Random", "SecureRandom", "SplittableRandom");
    private static final Set<Rule> EVERYWHERE =
            Set.of(Rule.SLEEP, Rule.NAME, Rule.METHOD_SIZE, Rule.PARAMETERS);
    private static final Pattern PRODUCT =
            Pattern.compile(
                    "(foundation|wire-protocol|persistence|broker-server|jms-provider|ra-adapter"
                            + "|command-line)"
                            + "/src/main/.*");

    private final Repository repository;
    private final List<Finding> findings = new ArrayList<>();
    private SourcePositions positions;
    private CompilationUnitTree unit;
    private String file;

    CodeInspection(Repository repository) {
        this.repository = repository;
    }

    List<Finding> findings() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            var sources = manager.getJavaFileObjectsFromPaths(repository.javaFiles());
            List<String> options = List.of("-proc:none");
            var task = (JavacTask) compiler.getTask(null, manager, null, options, null, sources);
            positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree parsed : task.parse()) {
                unit = parsed;
                file = repository.name(Path.of(parsed.getSourceFile().toUri()));
                scan(parsed, null);
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return findings;
    }

    @Override
    public Void visitClass(ClassTree type, Void nothing) {
        String name = type.getSimpleName().toString();
        if (BANNED_NAME.matcher(name).matches()) {
            report(Rule.NAME, type, name);
        }
        return super.visitClass(type, nothing);
    }

    @Override
    public Void visitMethod(MethodTree method, Void nothing) {
        long first = lineAt(positions.getStartPosition(unit, method));
        long lines = lineAt(positions.getEndPosition(unit, method)) - first + 1;
        if (lines > MAX_METHOD_LINES) {
            report(Rule.METHOD_SIZE, method, "%s has %d lines".formatted(method.getName(), lines));
        }
        int parameters = method.getParameters().size();
        if (parameters > MAX_PARAMETERS && !isRecordConstructor(method)) {
            report(
                    Rule.PARAMETERS,
                    method,
                    "%s has %d parameters".formatted(method.getName(), parameters));
        }
        return super.visitMethod(method, nothing);
    }

    /** It takes the components, and those are facts. */
    private boolean isRecordConstructor(MethodTree method) {
        return method.getName().contentEquals("<init>")
                && getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
    }

    @Override
    public Void visitMemberSelect(MemberSelectTree select, Void nothing) {
        member(select, select.getExpression(), select.getIdentifier().toString());
        return super.visitMemberSelect(select, nothing);
    }

    @Override
    public Void visitMemberReference(MemberReferenceTree reference, Void nothing) {
        member(reference, reference.getQualifierExpression(), reference.getName().toString());
        return super.visitMemberReference(reference, nothing);
    }

    private void member(Tree at, ExpressionTree owner, String name) {
        String text = owner + "." + name;
        if (name.equals("sleep")) {
            report(Rule.SLEEP, at, text);
        } else if (name.equals("printStackTrace")) {
            report(Rule.PRINTING, at, text);
        } else if (owner instanceof IdentifierTree && BANNED_MEMBERS.containsKey(text)) {
            report(BANNED_MEMBERS.get(text), at, text);
        }
    }

    @Override
    public Void visitNewClass(NewClassTree made, Void nothing) {
        String name = made.getIdentifier().toString();
        if (BANNED_MAKES.contains(name)) {
            report(Rule.CHANCE, made, "new " + name);
        }
        return super.visitNewClass(made, nothing);
    }

    @Override
    public Void visitImport(ImportTree imported, Void nothing) {
        String name = imported.getQualifiedIdentifier().toString();
        if (name.equals("java.nio.file.Files")
                || name.equals("java.io.RandomAccessFile")
                || name.startsWith("java.io.File")) {
            report(Rule.FILES, imported, name);
        }
        return super.visitImport(imported, nothing);
    }

    private void report(Rule rule, Tree at, String what) {
        if (EVERYWHERE.contains(rule) || PRODUCT.matcher(file).matches()) {
            long line = lineAt(positions.getStartPosition(unit, at));
            findings.add(new Finding(rule, file, line, what));
        }
    }

    private long lineAt(long position) {
        return unit.getLineMap().getLineNumber(position);
    }
}
