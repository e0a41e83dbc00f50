package org.millrace.ee.wildfly;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.foundation.Spec;

/** What is packed, and whether the validator of WildFly's IronJacamar agrees. */
class RarIT {
    private static final Path RAR = Path.of(System.getProperty("millrace.rar")).normalize();
    private static final Path MODULES =
            Path.of(System.getProperty("server.home"), "modules", "system", "layers", "base");
    private static final List<String> VALIDATOR =
            List.of(
                    "org/jboss/ironjacamar",
                    "org/jboss/logging",
                    "org/jboss/jboss-transaction-spi",
                    "org/hibernate/validator",
                    "io/smallrye/jandex",
                    "jakarta/resource",
                    "jakarta/transaction",
                    "jakarta/jms",
                    "jakarta/validation");
    private static final long SMALL_BYTES = 12 * 1024 * 1024;

    @TempDir Path reports;

    @Test
    @Spec("RA-2")
    void archiveIsSmallAndHasNoApiOfTheServer() throws IOException {
        assertThat(Files.size(RAR)).isLessThan(SMALL_BYTES);
        List<String> jars = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        try (ZipFile rar = new ZipFile(RAR.toFile())) {
            for (ZipEntry each : rar.stream().toList()) {
                if (each.getName().endsWith(".jar")) {
                    jars.add(each.getName());
                    classes.addAll(names(rar.getInputStream(each)));
                }
            }
        }
        assertThat(jars)
                .anyMatch(name -> name.startsWith("millrace-ra-adapter-"))
                .anyMatch(name -> name.startsWith("millrace-broker-server-"))
                .anyMatch(name -> name.startsWith("slf4j-jdk14-"));
        assertThat(classes)
                .contains("org/millrace/ra/MillraceResourceAdapter.class")
                .noneMatch(name -> name.startsWith("jakarta/") || name.startsWith("javax/"));
    }

    private static List<String> names(InputStream jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream entries = new ZipInputStream(jar)) {
            for (ZipEntry each = entries.getNextEntry();
                    each != null;
                    each = entries.getNextEntry()) {
                if (each.getName().endsWith(".class")) {
                    names.add(each.getName());
                }
            }
        }
        return names;
    }

    @Test
    @Spec("RA-2")
    void validatorFindsNothing() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String module : VALIDATOR) {
            try (Stream<Path> files = Files.walk(MODULES.resolve(module))) {
                for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                    path.add(jar.toUri().toURL());
                }
            }
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(
                        path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            // The classes of the archive are loaded beside it.
            thread.setContextClassLoader(loader);
            Object result =
                    loader.loadClass("org.jboss.jca.validator.Validation")
                            .getMethod("validate", URL.class, String.class)
                            .invoke(null, RAR.toUri().toURL(), reports.toString());
            assertThat(result).as(found()).isEqualTo(0);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private String found() throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(reports)) {
            for (Path report : files.toList()) {
                all.append(Files.readString(report));
            }
        }
        return all.toString();
    }
}
