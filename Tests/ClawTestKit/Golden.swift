import FoundationEssentials
package import Testing

/// Compares a text with a file that people have read and agreed to.
///
/// The file is `Golden/<name>` beside the test's source. With `RECORD_GOLDEN=1` in the environment a missing or differing
/// file is written, and the test fails all the same, so that nobody records by accident.
package func expectGolden(
    _ actual: String, _ name: String, file: String = #filePath, sourceLocation: SourceLocation = #_sourceLocation
) {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = "\(folder)/Golden/\(name)"
    let expected = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    if expected == actual { return }
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
        do {
            let parent = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try Data(actual.utf8).write(to: URL(filePath: path))
            Issue.record(
                "Recorded \(name). Read it, then run again without RECORD_GOLDEN.", sourceLocation: sourceLocation)
        } catch {
            Issue.record("Cannot record \(name): \(error)", sourceLocation: sourceLocation)
        }
        return
    }
    Issue.record(
        "\(name) differs from its golden file. Expected:\n\(expected ?? "(no file)")\nActual:\n\(actual)",
        sourceLocation: sourceLocation)
}
