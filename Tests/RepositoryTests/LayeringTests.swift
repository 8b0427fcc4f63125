import Testing

/// Which own targets and which libraries each target may import: the table of the architecture.
enum Layering {
    static let base: Set<String> = ["ClawSupport", "ClawCore"]

    static let allowed: [String: Set<String>] = [
        "ClawSupport": [],
        "ClawCore": ["ClawSupport"],
        "ClawProtocol": base,
        "ClawConfig": base,
        "ClawStore": base.union(["CSQLite"]),
        "ClawAgent": base.union(["ClawStore"]),
        "ClawProviders": base,
        "ClawExec": base,
        "ClawTools": base.union(["ClawStore"]),
        "ClawChannelKit": base.union(["CPCRE2"]),
        "ClawWebUI": base,
        "ClawGateway": base.union([
            "ClawProtocol", "ClawConfig", "ClawStore", "ClawAgent", "ClawChannelKit", "ClawWebUI",
        ]),
        "ClawDaemon": base.union([
            "ClawProtocol", "ClawConfig", "ClawStore", "ClawAgent", "ClawChannelKit", "ClawWebUI", "ClawGateway",
            "ClawProviders", "ClawTools", "ClawExec", "IRCChannel",
        ]),
        "ClawClient": base.union(["ClawProtocol"]),
        "ClawCommands": base.union([
            "ClawProtocol", "ClawConfig", "ClawStore", "ClawExec", "ClawDaemon", "ClawClient",
        ]),
        "openclaw": ["ClawCommands"],
    ]

    /// Where a library may be named; one that is not listed here may be used anywhere.
    static let libraries: [String: Set<String>] = [
        "ArgumentParser": ["ClawCommands"],
        "Hummingbird": ["ClawGateway", "ClawDaemon"],
        "HummingbirdCore": ["ClawGateway", "ClawDaemon"],
        "AsyncHTTPClient": ["ClawProviders"],
        "Subprocess": ["ClawExec"],
        "Foundation": [],
    ]

    static func violations(in file: SourceFile) -> [String] {
        let target = file.target
        let isChannel = file.path.hasPrefix("Sources/Channels/")
        guard let own = isChannel ? base.union(["ClawChannelKit"]) : allowed[target] else {
            return ["\(file.path): the target \(target) is not in the layering table"]
        }
        return file.imports.compactMap { name in
            if let places = libraries[name] {
                return places.contains(target) ? nil : "\(file.path): \(target) must not import \(name)"
            }
            let isOwn =
                name.hasPrefix("Claw") || name.hasSuffix("Channel") || name.hasPrefix("CSQLite") || name == "CPCRE2"
            return !isOwn || own.contains(name) || name == target
                ? nil : "\(file.path): \(target) must not import \(name)"
        }
    }
}

struct LayeringTests {
    @Test func everyImportIsAllowed() {
        #expect(SourceTree.sources.flatMap(Layering.violations) == [])
    }

    @Test func everyDeclaredTargetIsInTheTable() {
        let manifest = SourceTree.text("Package.swift")
        let declared = manifest.split(separator: "library(").dropFirst().compactMap { piece in
            piece.split(separator: "\"", omittingEmptySubsequences: false).dropFirst().first.map(String.init)
        }.filter { $0.hasPrefix("Claw") }
        #expect(declared.count > 5)
        #expect(declared.filter { Layering.allowed[$0] == nil } == [])
    }

    @Test func aForbiddenImportIsSeen() {
        let planted = SourceFile(
            path: "Sources/ClawAgent/Turn/Planted.swift",
            text:
                "package import ClawStore\nimport ClawProviders\nimport Foundation\nimport struct ArgumentParser.Option\n"
        )
        #expect(
            Layering.violations(in: planted) == [
                "Sources/ClawAgent/Turn/Planted.swift: ClawAgent must not import ClawProviders",
                "Sources/ClawAgent/Turn/Planted.swift: ClawAgent must not import Foundation",
                "Sources/ClawAgent/Turn/Planted.swift: ClawAgent must not import ArgumentParser",
            ])
    }

    @Test func aChannelKnowsOnlyTheKit() {
        let planted = SourceFile(
            path: "Sources/Channels/IRC/Planted.swift", text: "import ClawChannelKit\nimport ClawStore\n")
        #expect(
            Layering.violations(in: planted) == [
                "Sources/Channels/IRC/Planted.swift: IRCChannel must not import ClawStore"
            ])
    }
}
