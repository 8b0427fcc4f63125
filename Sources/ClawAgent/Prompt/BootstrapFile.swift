/// A workspace file that is part of the prompt.
package struct BootstrapFile: Sendable, Hashable {
    package var name: String
    package var path: String
    /// Nil when the file is missing or unreadable.
    package var content: String?

    package init(name: String, path: String, content: String?) {
        self.name = name
        self.path = path
        self.content = content
    }

    /// The files that every workspace has, in prompt order.
    package static let standardNames = [
        "AGENTS.md", "SOUL.md", "TOOLS.md", "IDENTITY.md", "USER.md", "HEARTBEAT.md", "BOOTSTRAP.md",
    ]

    /// Files that are in the prompt when they exist.
    package static let optionalNames = ["MEMORY.md", "memory.md"]

    /// The only files of sub-agent and cron sessions.
    package static let sharedNames: Set<String> = ["AGENTS.md", "TOOLS.md", "SOUL.md", "IDENTITY.md", "USER.md"]

    /// Larger files count as missing.
    package static let readLimit = 2 << 20

    /// The text blocks of `files` under the limits, in characters: each file at most `fileLimit`, all together at most
    /// `totalLimit`; what follows when less than 64 are left is dropped. Only a missing `BOOTSTRAP.md` goes
    /// unmentioned.
    static func sections(of files: [BootstrapFile], fileLimit: Int, totalLimit: Int) -> [String] {
        var room = totalLimit
        var sections: [String] = []
        for file in files {
            if room < 64 { break }
            let path = PromptText.path(file.path)
            guard let content = file.content else {
                if file.name != "BOOTSTRAP.md", standardNames.contains(file.name) {
                    sections.append("## \(path)\n[MISSING] Expected at: \(path)")
                }
                continue
            }
            let trimmed = PromptText.trimmed(content)
            if trimmed.isEmpty { continue }
            let kept = TextCut.middle(trimmed, limit: min(fileLimit, room), name: file.name)
            room -= kept.utf8.count
            sections.append("## \(path)\n\(kept)")
        }
        return sections
    }
}

/// Texts on their way into a prompt.
enum PromptText {
    /// A path without control and format characters, so that the name of a folder cannot carry instructions.
    static func path(_ text: String) -> String {
        let kept = text.unicodeScalars.filter { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
            default: true
            }
        }
        return String(String.UnicodeScalarView(kept))
    }

    static func trimmed(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        var end = start
        while end.last?.isWhitespace == true { end.removeLast() }
        return String(end)
    }
}
