package import ClawCore
package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Changes single keys of the configuration in the file that owns them. Comments, order, layout and every other byte stay.
package struct ConfigEditor: Sendable {
    package enum Change: Sendable, Hashable {
        /// Sets the value at a path such as `agents.list[0].name`; missing objects on the way are created.
        case set(String, JSONValue)
        /// Removes the key, and the objects that are left empty by that.
        case unset(String)
    }

    package struct Outcome: Sendable {
        /// The files that were written; empty when everything stood there already.
        package let files: [String]
        /// The configuration that was changed.
        package let before: ConfigSnapshot
        /// The configuration after the change.
        package let snapshot: ConfigSnapshot
        /// What went wrong beside the change itself, which is made.
        package let notes: [String]
    }

    let file: ConfigFile
    /// Called with what the configuration would be; what it throws is thrown, and nothing is written.
    package var verify: @Sendable (ConfigSnapshot) throws -> Void = { _ in }
    private let time: any TimeSource
    /// Called between reading and writing; for tests of what comes in between.
    private let beforeWriting: @Sendable () -> Void

    package init(_ file: ConfigFile, time: any TimeSource) { self.init(file, time: time, beforeWriting: {}) }

    init(_ file: ConfigFile, time: any TimeSource, beforeWriting: @escaping @Sendable () -> Void) {
        self.file = file
        self.time = time
        self.beforeWriting = beforeWriting
    }

    /// Sets one value. See `apply`.
    package func set(_ path: String, _ value: JSONValue, baseHash: String? = nil) throws(ClawError) -> Outcome {
        try apply([.set(path, value)], baseHash: baseHash)
    }

    /// Removes one key. See `apply`.
    package func unset(_ path: String, baseHash: String? = nil) throws(ClawError) -> Outcome {
        try apply([.unset(path)], baseHash: baseHash)
    }

    /// Makes all changes or none. Throws `config_invalid` when the result would be wrong in a way that the file is not
    /// already, when a path is malformed or cannot be changed in one file, or when the file does not parse; what `verify` throws; `conflict` when
    /// the file changed since it was read or does not have `baseHash`; `storage` when it cannot be written. Each file that
    /// changes keeps ten backups, and the change is noted in the audit log.
    package func apply(_ changes: [Change], baseHash: String? = nil) throws(ClawError) -> Outcome {
        try hold(changes.map(\.path), baseHash: baseHash) { root throws(ConfigIssue) in
            var plan = EditPlan(root: root)
            for change in changes { try plan.make(change) }
            return plan
        }
    }

    /// Makes `text` the content of the file itself; what it includes stays as it is. Throws as `apply` does.
    func write(text: [UInt8], baseHash: String?) throws(ClawError) -> Outcome {
        try hold(["(whole file)"], baseHash: baseHash) { root throws(ConfigIssue) in
            try EditPlan(root: root, becoming: text)
        }
    }

    private func hold(
        _ paths: [String], baseHash: String?, _ plan: (ConfigDocument) throws(ConfigIssue) -> EditPlan
    ) throws(ClawError) -> Outcome {
        try inWords {
            try AtomicFile.makeDirectory(FilePath.parent(path))
            return try FileLock.hold(FilePath.parent(path)) { try carryOut(paths, baseHash: baseHash, plan) }
        }
    }

    /// Gives every error that leaves this type its words.
    func inWords<Value>(_ body: () throws -> Value) throws(ClawError) -> Value {
        do {
            return try body()
        } catch let error as ClawError {
            throw error
        } catch let error as ConfigIssue {
            throw error.clawError
        } catch {
            throw ClawError(.storage, "The configuration was not changed. \(error)", cause: error)
        }
    }

    private var path: String { file.location.configPath }

    private func carryOut(
        _ paths: [String], baseHash: String?, _ makePlan: (ConfigDocument) throws(ConfigIssue) -> EditPlan
    ) throws -> Outcome {
        let before = try AtomicFile.read(path, limit: ConfigFile.maximumBytes)
        if let baseHash, baseHash != sha256Hex(before ?? []) { throw conflict(path) }
        let loading = ConfigLoading(file: file)
        let root = try IncludeReader.read(before ?? Array("{}\n".utf8), path: path)
        let plan = try makePlan(root)
        let old = loading.snapshot(of: root, before ?? [])
        if plan.drafts.isEmpty { return Outcome(files: [], before: old, snapshot: loading.snapshot(), notes: []) }
        let known = old.issues.map { [$0.path, $0.message] }
        let result = loading.snapshot(of: plan.current, plan.current.document.bytes)
        let added = result.issues.filter { !known.contains([$0.path, $0.message]) }.map { issue in
            var issue = issue
            (issue.file, issue.line, issue.column) = (nil, nil, nil)  // places in a text that is never written
            return issue
        }
        if let first = added.first {
            var error = first.clawError
            error.details = ["issues": .array(added.map(\.json))]
            throw error
        }
        if result.isValid { try verify(result) }
        beforeWriting()
        func existed(_ draft: EditPlan.Draft) -> Bool { draft.path != path || before != nil }
        for draft in plan.drafts { try check(draft, existed: existed(draft)) }
        var notes: [String] = []
        for draft in plan.drafts { try write(draft, existed: existed(draft), paths, notes: &notes) }
        let snapshot = loading.snapshot()
        return Outcome(
            files: plan.drafts.map(\.path), before: old,
            snapshot: snapshot.isValid ? file.keepingGoodCopy(of: snapshot) : snapshot,
            notes: notes)
    }

    private func conflict(_ path: String) -> ClawError {
        ClawError(
            .conflict, "\(path) changed since it was read.", hint: "Look at what it holds now, then repeat the change.",
            retry: .yes)
    }

    private func check(_ draft: EditPlan.Draft, existed: Bool) throws {
        let now = try AtomicFile.read(draft.path, limit: ConfigFile.maximumBytes)
        if existed ? now != draft.before : now != nil { throw conflict(draft.path) }
    }

    private func write(
        _ draft: EditPlan.Draft, existed: Bool, _ paths: [String], notes: inout [String]
    ) throws {
        let target = FilePath.real(draft.path) ?? draft.path
        var line: JSONObject = [
            "ts": .string(ISOTimestamp.format(milliseconds: time.nowMilliseconds)), "source": "config-io",
            "event": "config.write", "result": "rename", "configPath": .string(draft.path), "pid": .int(Int(getpid())),
            "existsBefore": .bool(existed), "previousHash": existed ? .string(sha256Hex(draft.before)) : nil,
            "nextHash": .string(sha256Hex(draft.after)), "previousBytes": existed ? .int(draft.before.count) : nil,
            "nextBytes": .int(draft.after.count), "changedPaths": .strings(paths),
        ]
        do throws(FileError) {
            if existed { try BackupRing.keep(draft.before, of: target) }
            try AtomicFile.write(draft.after, to: target)
        } catch {
            line["result"] = "failed"
            line["errorMessage"] = .string(error.description)
            // The error that matters is the one of the write, which the caller gets.
            try? AuditFile.append(line, to: file.location.auditPath)
            throw error
        }
        do throws(FileError) {
            try AuditFile.append(line, to: file.location.auditPath)
        } catch {
            notes.append("The change is made, but not noted in the audit log: \(error.description)")
        }
    }
}

extension ConfigEditor.Change {
    fileprivate var path: String {
        switch self {
        case .set(let path, _), .unset(let path): path
        }
    }
}

extension ConfigEditor {
    /// Generates `gateway.auth.token`, 24 random bytes in hexadecimal, and stores it with `gateway.auth.mode` `token`, so
    /// that nobody runs a Gateway without a secret by accident. Nil, and nothing is written, when there is a token or a
    /// password in the file or in the environment, or the mode needs none.
    package func generateTokenIfMissing(_ entropy: any Entropy) throws(ClawError) -> Redacted? {
        let snapshot = file.inspect()
        if let issue = snapshot.issues.first { throw issue.clawError }
        let auth = snapshot.configuration.gateway.auth
        let names = [
            "OPENCLAW_GATEWAY_TOKEN", "OPENCLAW_GATEWAY_PASSWORD", "CLAWDBOT_GATEWAY_TOKEN",
            "CLAWDBOT_GATEWAY_PASSWORD",
        ]
        guard auth.token == nil, auth.password == nil, auth.mode == nil || auth.mode == .token,
            !names.contains(where: { snapshot.environment[$0]?.isEmpty == false })
        else { return nil }
        let token = HexText.encode(entropy.bytes(24))
        _ = try apply(
            [.set("gateway.auth.mode", "token"), .set("gateway.auth.token", .string(token))],
            baseHash: snapshot.exists ? snapshot.hash : nil)
        return Redacted(token)
    }
}
