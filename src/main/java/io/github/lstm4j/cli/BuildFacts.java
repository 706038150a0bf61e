package io.github.lstm4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which lstm4j this is, and which libraries it runs with. */
final class BuildFacts implements IVersionProvider {
  private static final String UNKNOWN = "unknown";

  @Override
  public String[] getVersion() {
    return new String[] {
      "lstm4j " + version() + commit().map(c -> " (commit " + c + ")").orElse("")
    };
  }

  /** The version, which the compiler notes in the module descriptor. */
  static String version() {
    try {
      for (URL url : Collections.list(loader().getResources("module-info.class"))) {
        try (InputStream in = url.openStream()) {
          ModuleDescriptor module = ModuleDescriptor.read(in);
          if (module.name().equals("io.github.lstm4j")) {
            return module.rawVersion().orElse(UNKNOWN);
          }
        }
      }
    } catch (IOException e) {
      return UNKNOWN + " (" + e.getMessage() + ")";
    }
    return UNKNOWN;
  }

  /** The git commit, if the launcher noted one when it built. */
  static Optional<String> commit() {
    return home().map(home -> home.resolve("target/cli/commit")).flatMap(BuildFacts::firstLine);
  }

  /** The clone that the launcher lies in. */
  static Optional<Path> home() {
    return Optional.ofNullable(System.getProperty("lstm4j.home")).map(Path::of);
  }

  /** The version of a library, which Maven leaves in its jar. */
  static String libraryVersion(String group, String artifact) {
    String path = "META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream in = loader().getResourceAsStream(path)) {
      if (in == null) {
        return UNKNOWN;
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", UNKNOWN);
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  private static Optional<String> firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static ClassLoader loader() {
    return BuildFacts.class.getClassLoader();
  }
}
