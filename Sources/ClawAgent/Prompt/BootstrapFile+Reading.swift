import ClawSupport

extension BootstrapFile {
    /// The workspace files of a prompt as they are now. Links that leave the workspace, hard links, files above 2 MiB
    /// and unreadable ones count as missing.
    package static func read(from workspace: String) -> [BootstrapFile] {
        let directory = ConfinedDirectory(root: workspace)
        var files = standardNames.map { name in
            BootstrapFile(name: name, path: "\(workspace)/\(name)", content: content(of: name, in: directory))
        }
        for name in optionalNames {
            guard let content = content(of: name, in: directory) else { continue }
            // On file systems that fold case both names are one file.
            if files.last?.content == content, files.last?.name == "MEMORY.md" { continue }
            files.append(BootstrapFile(name: name, path: "\(workspace)/\(name)", content: content))
        }
        return files
    }

    private static func content(of name: String, in directory: ConfinedDirectory) -> String? {
        // A file that may not be read is shown to the agent as missing, which is what it is for it.
        guard let bytes = try? directory.read(name, limit: readLimit) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
