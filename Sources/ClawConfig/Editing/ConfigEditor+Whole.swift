package import ClawCore
import ClawSupport

extension ConfigEditor {
    /// Makes the whole configuration what `raw` says, by changes in the files that own what differs. A text that is plain JSON
    /// counts for what it means: it may hold defaults and resolved variables, which stay out of the file. A text with comments
    /// or `$include` becomes the text of the file itself. Throws as `apply` does, and `config_invalid` when it does not parse.
    package func replace(with raw: String, baseHash: String?) throws(ClawError) -> Outcome {
        try inWords {
            let bytes = Array(raw.utf8)
            let document = try IncludeReader.parse(bytes, path: "the configuration that was sent")
            guard document.root.isObject else {
                throw ConfigIssue(path: "", message: "The configuration must be an object.", fix: "Send { … }.")
            }
            let snapshot = file.inspect()
            // Strict JSON has no comments; what does not parse as such is a text that somebody wrote.
            if (try? JSONParser.parse(bytes)) == nil || Self.includes(document.root) {
                let stored = try IncludeReader.parse(Array((snapshot.raw ?? "{}").utf8), path: snapshot.path)
                let text = try SentinelRestoration.restore(text: document, from: stored)
                return try write(text: text, baseHash: baseHash ?? Self.hash(of: snapshot))
            }
            let wanted = try SentinelRestoration.restore(document.value, from: snapshot.parsed)
            return try make(wanted, from: snapshot, baseHash: baseHash, keepsUnknown: true)
        }
    }

    /// Lays a JSON5 object over the configuration; see `MergePatch`. Throws as `apply` does.
    package func merge(_ raw: String, baseHash: String?) throws(ClawError) -> Outcome {
        try inWords {
            let snapshot = file.inspect()
            let patch = try IncludeReader.parse(Array(raw.utf8), path: "the patch that was sent").value
            let wanted = MergePatch.apply(patch, to: snapshot.parsed)
            // A sentinel in the patch stands for what is stored at its place.
            return try make(
                try SentinelRestoration.restore(wanted, from: snapshot.parsed), from: snapshot, baseHash: baseHash,
                keepsUnknown: false)
        }
    }

    /// What was compared must be what is changed, whoever asked.
    private func make(
        _ wanted: JSONValue, from snapshot: ConfigSnapshot, baseHash: String?, keepsUnknown: Bool
    ) throws -> Outcome {
        let changes = ConfigDifference.changes(
            from: ConfigDifference.Base(snapshot), to: wanted, keepsUnknown: keepsUnknown)
        return try apply(changes, baseHash: baseHash ?? Self.hash(of: snapshot))
    }

    private static func hash(of snapshot: ConfigSnapshot) -> String? { snapshot.exists ? snapshot.hash : nil }

    private static func includes(_ node: JSON5Node) -> Bool {
        node.items.contains { $0.key == ConfigDocument.directive || includes($0.node) }
    }
}
