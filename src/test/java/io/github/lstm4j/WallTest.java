package io.github.lstm4j;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who may know whom:
 *
 * <pre>
 * cli -> train -> io -> model -> internal.schedule -> internal.kernels -> internal.bindings
 *                                                                          -> org.bytedeco
 * cli -> cli.training -> cli.common
 * </pre>
 *
 * and below them all internal.memory and internal.files, which know nobody.
 */
class WallTest {
  private static final String MODEL = "io.github.lstm4j";
  private static final String IO = MODEL + ".io..";
  private static final String TRAIN = MODEL + ".train..";
  private static final String CLI = MODEL + ".cli..";
  private static final String INTERNAL = MODEL + ".internal..";
  private static final String SCHEDULE = MODEL + ".internal.schedule..";
  private static final String KERNELS = MODEL + ".internal.kernels..";
  private static final String BINDINGS = MODEL + ".internal.bindings..";
  private static final String MEMORY = MODEL + ".internal.memory..";
  private static final String FILES = MODEL + ".internal.files..";
  private static final String JDK = "java..";
  private static final String BYTEDECO = "org.bytedeco..";
  private static final String VECTOR_API = "jdk.incubator.vector..";
  private static final String JVM_OPTIONS = "com.sun.management..";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(MODEL);

  /** Classes of one package know no package but those listed. */
  private static ArchRule knowsOnly(String who, String... whom) {
    return classes()
        .that()
        .resideInAPackage(who)
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(whom))
        .allowEmptyShould(true);
  }

  private static ArchRule onlyIn(String who, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackage(who)
        .should()
        .dependOnClassesThat(resideInAnyPackage(libraries))
        .allowEmptyShould(true);
  }

  @Test
  void theClassesWereFound() {
    assertTrue(CLASSES.contain(Lstm.class));
    assertTrue(CLASSES.contain("io.github.lstm4j.internal.kernels.VectorMath"));
  }

  @Test
  void memoryAndFilesKnowNobody() {
    knowsOnly(MEMORY, MEMORY, JDK).check(CLASSES);
    knowsOnly(FILES, FILES, JDK).check(CLASSES);
  }

  @Test
  void bindingsKnowMemory() {
    knowsOnly(BINDINGS, BINDINGS, MEMORY, BYTEDECO, JDK).check(CLASSES);
  }

  @Test
  void kernelsKnowBindings() {
    knowsOnly(KERNELS, KERNELS, BINDINGS, MEMORY, VECTOR_API, JVM_OPTIONS, JDK).check(CLASSES);
  }

  @Test
  void scheduleKnowsKernels() {
    knowsOnly(SCHEDULE, SCHEDULE, KERNELS, MEMORY, JDK).check(CLASSES);
  }

  @Test
  void modelKnowsInternals() {
    knowsOnly(MODEL, MODEL, INTERNAL, JDK).check(CLASSES);
  }

  @Test
  void ioKnowsTheModel() {
    noClasses()
        .that()
        .resideInAPackage(IO)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(SCHEDULE, KERNELS, BINDINGS, MEMORY, TRAIN, CLI, BYTEDECO))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void trainKnowsThePublicPackagesAlone() {
    knowsOnly(TRAIN, TRAIN, MODEL, IO, JDK).check(CLASSES);
  }

  @Test
  void nobodyKnowsTheCommandLine() {
    noClasses()
        .that(not(resideInAPackage(CLI)))
        .should()
        .dependOnClassesThat(resideInAPackage(CLI))
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void librariesStayInTheirRooms() {
    onlyIn(BINDINGS, BYTEDECO).check(CLASSES);
    onlyIn(IO, "com.fasterxml.jackson..", "net.razorvine..").check(CLASSES);
    onlyIn(CLI, "picocli..", "de.siegmar..", "me.tongfei..", "org.knowm..", "java.awt..")
        .check(CLASSES);
    noClasses()
        .that(not(simpleName("VectorMath")))
        .should()
        .dependOnClassesThat(resideInAPackage(VECTOR_API))
        .check(CLASSES);
    noClasses()
        .that(not(simpleName("KernelCatalog")))
        .should()
        .dependOnClassesThat(resideInAPackage(JVM_OPTIONS))
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.github.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void theLibraryPrintsNothing() {
    noClasses().that(not(resideInAPackage(CLI))).should(ACCESS_STANDARD_STREAMS).check(CLASSES);
  }

  @Test
  void noObjectsAreDeserialised() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.io.ObjectInputStream")
        .check(CLASSES);
  }

  @Test
  void theModuleExportsThePublicPackagesAlone() throws IOException {
    URI root = URI.create(Lstm.class.getResource("Lstm.class").toString());
    try (InputStream in = root.resolve("../../../module-info.class").toURL().openStream()) {
      ModuleDescriptor module = ModuleDescriptor.read(in);
      assertEquals("io.github.lstm4j", module.name());
      Set<String> exported =
          module.exports().stream()
              .filter(e -> !e.isQualified())
              .map(ModuleDescriptor.Exports::source)
              .collect(Collectors.toSet());
      assertTrue(exported.contains(MODEL), exported::toString);
      for (String name : exported) {
        assertTrue(!name.contains(".internal") && !name.contains(".cli"), name);
      }
    }
  }
}
