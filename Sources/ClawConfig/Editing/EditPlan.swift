import ClawSupport

/// Several changes, one after the other, before anything is written.
struct EditPlan {
    struct Draft {
        let path: String
        let before: [UInt8]
        var after: [UInt8]
    }

    /// The configuration with the changes so far.
    private(set) var current: ConfigDocument
    /// Each file that changes, once, in the order of the first change; a root file comes last, so that what it includes is
    /// there before it.
    private(set) var drafts: [Draft] = []
    private let rootPath: String

    init(root: ConfigDocument) {
        current = root
        rootPath = root.path
    }

    /// The plan that gives the root file another text as a whole. Throws when it does not parse, or what it includes does not.
    init(root: ConfigDocument, becoming text: [UInt8]) throws(ConfigIssue) {
        current = try IncludeReader.read(text, path: root.path)
        rootPath = root.path
        if text != root.document.bytes {
            drafts = [Draft(path: root.path, before: root.document.bytes, after: text)]
        }
    }

    /// Takes a change. Throws when the path is malformed or cannot be changed, and when the change of one file would come to
    /// something else, because several files make up the value or one file is included twice.
    mutating func make(_ change: ConfigEditor.Change) throws(ConfigIssue) {
        let path: ConfigPath
        let value: JSONValue?
        switch change {
        case .set(let text, let new): (path, value) = (try ConfigPath(parsing: text), new)
        case .unset(let text): (path, value) = (try ConfigPath(parsing: text), nil)
        }
        if path.components.contains(.key(ConfigDocument.directive)) {
            throw ConfigIssue(
                path: path.description, message: "What is included cannot be changed by a path.",
                fix: "Edit the directive in the file.")
        }
        let edit = DocumentEdit(root: current)
        let result =
            if let value { try edit.set(path, to: value) } else { try edit.unset(path) }
        guard let result else { return }
        let wanted = current.merged.setting(path.components[...], to: value)
        let involved = Set(current.layers(of: path).map(\.source.path))
        note(result)
        current = try IncludeReader.read(text(of: rootPath) ?? current.document.bytes, path: rootPath, drafts: texts)
        if current.merged.normalized != wanted?.normalized {
            let files = involved.union(current.layers(of: path).map(\.source.path)).union([result.path])
            throw ConfigIssue(
                path: path.description,
                message: "It cannot be changed in one file, since other included content is merged with it "
                    + "(\(files.sorted().joined(separator: ", "))).",
                fix: "Edit the files by hand.")
        }
    }

    private var texts: [String: [UInt8]] { Dictionary(drafts.map { ($0.path, $0.after) }) { $1 } }

    private func text(of path: String) -> [UInt8]? { drafts.first { $0.path == path }?.after }

    private mutating func note(_ result: DocumentEdit.Result) {
        if let index = drafts.firstIndex(where: { $0.path == result.path }) {
            drafts[index].after = result.after
        } else {
            let draft = Draft(path: result.path, before: result.before, after: result.after)
            drafts.insert(
                draft,
                at: result.path == rootPath ? drafts.count : drafts.firstIndex { $0.path == rootPath } ?? drafts.count)
        }
    }
}
