import ClawSupport

/// Reads a configuration file with everything it includes.
struct IncludeReader {
    static let maximumDepth = 10
    static let maximumBytes = 2 << 20
    /// One file may be included from many places; this bounds the whole.
    private static let maximumReads = 256

    /// Included files stay inside this directory, by name and after symbolic links.
    private let directory: String
    private var chain: [String]
    private var reads = 0
    private let drafts: [String: [UInt8]]

    /// Parses `bytes` as the file at `path` and reads what it includes. `drafts` holds texts, by path, that are to become
    /// the content of included files and count as it.
    static func read(
        _ bytes: [UInt8], path: String, drafts: [String: [UInt8]] = [:]
    ) throws(ConfigIssue) -> ConfigDocument {
        var reader = IncludeReader(path: path, drafts: drafts)
        return try reader.document(bytes, path: path)
    }

    private init(path: String, drafts: [String: [UInt8]]) {
        self.drafts = drafts
        directory = FilePath.parent(path)
        chain = [FilePath.real(path) ?? path]
    }

    static func parse(_ bytes: [UInt8], path: String) throws(ConfigIssue) -> JSON5Document {
        do throws(JSONParseError) {
            return try JSON5Document.parse(bytes)
        } catch {
            throw ConfigIssue(
                path: "", message: "The text is not JSON5: \(error.message).", file: path, line: error.line,
                column: error.column, fix: "Correct this line.")
        }
    }

    private mutating func document(_ bytes: [UInt8], path: String) throws(ConfigIssue) -> ConfigDocument {
        let document = try Self.parse(bytes, path: path)
        var includes: [Int: [ConfigDocument]] = [:]
        try collect(document.root, at: ConfigPath(), in: document, path: path, into: &includes)
        return ConfigDocument(path: path, document: document, includes: includes)
    }

    private mutating func collect(
        _ node: JSON5Node, at path: ConfigPath, in document: JSON5Document, path file: String,
        into includes: inout [Int: [ConfigDocument]]
    ) throws(ConfigIssue) {
        for (index, item) in node.items.enumerated() where item.key != ConfigDocument.directive {
            let inner = item.key.map { path.appending($0) } ?? path.appending(index: index)
            try collect(item.node, at: inner, in: document, path: file, into: &includes)
        }
        guard let directive = node.member(ConfigDocument.directive) else { return }
        func fault(_ message: String, _ fix: String) -> ConfigIssue {
            let place = document.position(of: directive.node.range.lowerBound)
            return ConfigIssue(
                path: path.appending(ConfigDocument.directive).description, message: message, file: file,
                line: place.line, column: place.column, fix: fix)
        }
        guard let names = Self.names(directive.node.value) else {
            throw fault("It must be a file name or a list of file names.", "Write \"$include\": \"./name.json5\".")
        }
        var documents: [ConfigDocument] = []
        for name in names { documents.append(try include(name, from: file, fault)) }
        if node.items.count > 1, documents.count == 1, documents[0].merged.objectValue == nil {
            throw fault(
                "\(names[0]) holds no object, so the keys beside the directive cannot be merged with it.",
                "Remove the other keys, or make the file an object.")
        }
        includes[node.range.lowerBound] = documents
    }

    private static func names(_ value: JSONValue) -> [String]? {
        if let name = value.stringValue { return [name] }
        guard let elements = value.arrayValue, !elements.isEmpty else { return nil }
        let names = elements.compactMap(\.stringValue)
        return names.count == elements.count ? names : nil
    }

    private mutating func include(
        _ name: String, from file: String, _ fault: (_ message: String, _ fix: String) -> ConfigIssue
    ) throws(ConfigIssue) -> ConfigDocument {
        let inside = "Included files must be inside \(directory)."
        let path = FilePath.absolute(name, from: FilePath.parent(file))
        let realDirectory = FilePath.real(directory) ?? directory
        if !FilePath.isInside(path, directory), !FilePath.isInside(path, realDirectory) {
            throw fault("\(name) leads out of the directory of the configuration.", inside)
        }
        guard let real = FilePath.real(path) else {
            throw fault("\(path) does not exist.", "Create it or remove the directive.")
        }
        if !FilePath.isInside(real, realDirectory) {
            throw fault("\(name) leads out of the directory of the configuration by a symbolic link.", inside)
        }
        if let start = chain.firstIndex(of: real) {
            let circle = (chain[start...] + [real]).joined(separator: " -> ")
            throw fault("The files include each other in a circle: \(circle).", "Remove one of the directives.")
        }
        if chain.count > Self.maximumDepth {
            throw fault("Included files are nested deeper than \(Self.maximumDepth).", "Include \(name) further up.")
        }
        reads += 1
        if reads > Self.maximumReads {
            throw fault("More than \(Self.maximumReads) files are included.", "Join some of them.")
        }
        let bytes: [UInt8]
        do throws(GuardedFile.Refusal) {
            let current = try GuardedFile.read(real, limit: Self.maximumBytes)
            bytes = drafts[real] ?? current
        } catch {
            throw Self.explain(error, path, fault)
        }
        chain.append(real)
        defer { chain.removeLast() }
        return try document(bytes, path: real)
    }

    private static func explain(
        _ refusal: GuardedFile.Refusal, _ path: String, _ fault: (_ message: String, _ fix: String) -> ConfigIssue
    ) -> ConfigIssue {
        switch refusal {
        case .missing: fault("\(path) does not exist.", "Create it or remove the directive.")
        case .notRegular: fault("\(path) is not a regular file.", "Name a file.")
        case .hardLinked:
            fault("\(path) has more than one name (hard links), so its content may come from elsewhere.", "Copy it.")
        case .notOwn: fault("\(path) is open to other users.", "Take it from them with chmod 600.")
        case .tooLarge: fault("\(path) is larger than 2 MiB.", "Split it.")
        case .unreadable(let error): fault(error.description, "Make it readable for this user.")
        }
    }
}
