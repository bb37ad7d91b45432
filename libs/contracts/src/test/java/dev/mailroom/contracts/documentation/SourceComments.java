package dev.mailroom.contracts.documentation;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.StartElementTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the Javadoc in the sources says about types and their components, as Markdown. The compiler itself reads it. */
final class SourceComments {
    private final Map<String, Comment> comments = new HashMap<>();

    private record Comment(String text, Map<String, String> components) {}

    private SourceComments() {}

    /** Of all sources in a folder. */
    static SourceComments of(Path folder) {
        SourceComments comments = new SourceComments();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (Stream<Path> list = Files.list(folder);
                StandardJavaFileManager files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            List<Path> sources = list.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> !path.endsWith("package-info.java"))
                    .sorted()
                    .toList();
            var task = (JavacTask)
                    compiler.getTask(null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
            DocTrees trees = DocTrees.instance(task);
            task.parse().forEach(unit -> comments.new Scanner(trees).scan(unit, null));
            return comments;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where there is none. */
    String of(Class<?> type) {
        Comment comment = comments.get(nameOf(type));
        return comment == null ? "" : comment.text;
    }

    /** What is said about a component of a record; empty where nothing is. */
    String of(Class<?> record, String component) {
        Comment comment = comments.get(nameOf(record));
        return comment == null ? "" : comment.components.getOrDefault(component, "");
    }

    private static String nameOf(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? type.getSimpleName() : nameOf(outer) + "." + type.getSimpleName();
    }

    private final class Scanner extends TreePathScanner<Void, Void> {
        private final DocTrees trees;
        private final Deque<String> names = new ArrayDeque<>();

        Scanner(DocTrees trees) {
            this.trees = trees;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            names.addLast(type.getSimpleName().toString());
            DocCommentTree comment = trees.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                comments.put(String.join(".", names), read(comment));
            }
            super.visitClass(type, nothing);
            names.removeLast();
            return null;
        }
    }

    private static Comment read(DocCommentTree comment) {
        Map<String, String> components = new HashMap<>();
        for (DocTree tag : comment.getBlockTags()) {
            if (tag instanceof ParamTree param && !param.isTypeParameter()) {
                components.put(param.getName().toString(), text(param.getDescription()));
            }
        }
        return new Comment(text(comment.getFullBody()), components);
    }

    private static String text(List<? extends DocTree> parts) {
        List<String> text = new ArrayList<>();
        for (DocTree part : parts) {
            text.add(
                    switch (part) {
                        case LiteralTree literal -> "`" + literal.getBody().getBody() + "`";
                        case LinkTree link ->
                            "`" + link.getReference().getSignature().replace('#', '.') + "`";
                        case StartElementTree element -> element.getName().contentEquals("p") ? "\n\n" : "";
                        default -> part.toString();
                    });
        }
        String[] paragraphs = String.join("", text).split("\\n\\n\\s*");
        for (int i = 0; i < paragraphs.length; i++) {
            paragraphs[i] = paragraphs[i].replaceAll("\\s+", " ").strip();
        }
        return String.join("\n\n", paragraphs).strip();
    }
}
