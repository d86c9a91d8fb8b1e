import java.nio.file.Files
import java.nio.file.Path

// Keeps the sources of the kind that was asked for.
Path project = Path.of(request.outputDirectory, request.artifactId)
Files.move(project.resolve("kinds").resolve(request.properties.getProperty("kind")).resolve("src"), project.resolve("src"))
project.resolve("kinds").toFile().deleteDir()
