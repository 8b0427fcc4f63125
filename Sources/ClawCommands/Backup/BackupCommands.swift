import ArgumentParser
import ClawConfig
import ClawCore
import ClawStore
import ClawSupport

/// `openclaw backup …`.
struct BackupCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Keep everything of this installation in one encrypted file.",
        subcommands: [BackupCreate.self, BackupVerify.self, BackupRestore.self])
}

/// Where the passphrase of a backup comes from; never from the command line, which others can see.
struct BackupPassphrase: ParsableArguments {
    static let variable = "OPENCLAW_BACKUP_PASSPHRASE"
    private static let leastLength = 12

    @Option(
        help: ArgumentHelp(
            "A file whose first line is the passphrase. Without it: OPENCLAW_BACKUP_PASSPHRASE, else a question.",
            valueName: "file"))
    var passphraseFile: String?

    /// - Parameter isNew: Whether it is chosen now: it must then be long enough, and is asked for twice.
    func read(_ context: CommandContext, isNew: Bool) throws(ClawError) -> Redacted {
        let passphrase = try find(context, isNew: isNew)
        if passphrase.isEmpty { throw ClawError(.invalidRequest, "The passphrase is empty.") }
        if isNew, passphrase.reveal().count < Self.leastLength {
            throw ClawError(
                .invalidRequest, "The passphrase has fewer than \(Self.leastLength) characters.",
                hint: "Whoever gets the file can try passphrases as fast as he likes: take a long one.")
        }
        return passphrase
    }

    private func find(_ context: CommandContext, isNew: Bool) throws(ClawError) -> Redacted {
        if let passphraseFile {
            let path = FilePath.absolute(passphraseFile, from: context.workingDirectory)
            guard let bytes = try contents(path) else { throw ClawError(.notFound, "There is no file \(path).") }
            let line = bytes.prefix { $0 != 10 && $0 != 13 }
            return Redacted(String(decoding: line, as: UTF8.self))
        }
        if let value = context.variable(Self.variable) { return Redacted(value) }
        guard let first = SecretPrompt.ask("Passphrase") else {
            throw ClawError(
                .invalidRequest, "There is no passphrase, and nobody to ask.",
                hint: "Give --passphrase-file, or set \(Self.variable).")
        }
        if isNew, SecretPrompt.ask("The same again").map({ $0.matches(first.reveal()) }) != true {
            throw ClawError(.invalidRequest, "The two passphrases differ.")
        }
        return first
    }

    private func contents(_ path: String) throws(ClawError) -> [UInt8]? {
        do {
            return try AtomicFile.read(path, limit: 64 << 10)
        } catch {
            throw ClawError(store: error)
        }
    }
}

/// Puts what the backup code throws into words.
func backing<Value>(_ body: () throws -> Value) throws -> Value {
    do {
        return try body()
    } catch let error as BackupError {
        throw error.clawError
    } catch let error as any StoreFault {
        throw ClawError(store: error)
    }
}

extension Backup.Summary {
    func json(path: String) -> JSONValue {
        [
            "path": .string(path), "files": .int(files), "bytes": .int64(bytes),
            "createdAt": .string(ISOTimestamp.format(milliseconds: createdAt)), "version": .string(version),
            "skipped": .strings(skipped),
        ]
    }

    /// As `12 files, 3.4 MB, made 2026-03-01 08:00 UTC by version 2026.3.3`.
    var text: String {
        let time = ISOTimestamp.format(milliseconds: createdAt)
        return
            "\(files) \(files == 1 ? "file" : "files"), \(Self.size(bytes)), made \(time.prefix(10)) \(time.dropFirst(11).prefix(5)) UTC by version "
            + TerminalText.clean(version, isOneLine: true)
    }

    private static func size(_ bytes: Int64) -> String {
        if bytes < 10_000 { return "\(bytes) bytes" }
        let tenths = bytes < 10_000_000 ? bytes / 100 : bytes / 100_000
        return "\(tenths / 10).\(tenths % 10) \(bytes < 10_000_000 ? "kB" : "MB")"
    }
}
