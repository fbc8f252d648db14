import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Writes the classes of a jar anew in the present class-file format, where they are older than
/// Java 6. Such a class is not kept in an AOT cache (JDK 25, `SystemDictionaryShared`, "Old class
/// has been linked"): every start would read it from the jar and verify it. Arguments: jars.
final class NewerClasses {
    private NewerClasses() {}

    public static void main(String[] jars) throws IOException {
        for (String jar : jars) {
            renew(Path.of(jar));
        }
    }

    private static void renew(Path jar) throws IOException {
        try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                FileSystem files = FileSystems.newFileSystem(jar);
                Stream<Path> all = Files.walk(files.getPath("/"))) {
            ClassFile format =
                    ClassFile.of(
                            ClassFile.ClassHierarchyResolverOption.of(
                                    ClassHierarchyResolver.ofResourceParsing(loader).cached()));
            for (Path file : all.filter(path -> path.toString().endsWith(".class")).toList()) {
                ClassModel old = format.parse(Files.readAllBytes(file));
                if (old.majorVersion() < ClassFile.JAVA_6_VERSION) {
                    Files.write(file, format.transformClass(old, renewing()));
                }
            }
        }
    }

    /// What goes through a transform gets its stack maps computed, which old classes have not.
    private static ClassTransform renewing() {
        return ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
                .andThen(
                        ClassTransform.endHandler(
                                made -> made.withVersion(ClassFile.latestMajorVersion(), 0)));
    }
}
