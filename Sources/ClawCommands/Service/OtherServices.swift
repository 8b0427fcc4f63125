import ClawSupport
import FoundationEssentials

/// A service file on this machine that runs a Gateway and is not the one of this profile.
struct OtherService: Sendable, Hashable {
    let label: String
    /// The file.
    let detail: String
    /// `user` or `system`.
    let scope: String

    var json: JSONValue {
        ["platform": "linux", "label": .string(label), "detail": .string(detail), "scope": .string(scope)]
    }
}

/// Looks for service files of this product and its earlier names. It reads only.
enum OtherServices {
    private static let names = ["openclaw", "clawdbot", "moltbot"]

    static func find(besides own: String, _ context: CommandContext) -> [OtherService] {
        let userFolder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? ""
        let places = [(userFolder, "user"), ("/etc/systemd/user", "user"), ("/etc/systemd/system", "system")]
        return places.flatMap { folder, scope in
            // A folder that is not there or cannot be listed holds no service to tell of.
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return files.sorted().compactMap { file -> OtherService? in
                let path = "\(folder)/\(file)"
                guard path != own, file.hasSuffix(".service") else { return nil }
                // One that cannot be read is not ours to judge.
                guard let bytes = try? AtomicFile.read(path, limit: 1 << 20) else { return nil }
                let command = SystemdUnit.command(in: String(decoding: bytes, as: UTF8.self))
                let runsGateway = command?.words.contains("gateway") ?? false
                let isNamed = names.contains { name in
                    file.contains(name) || command?.words.contains { $0.contains(name) } ?? false
                }
                return runsGateway && isNamed ? OtherService(label: file, detail: path, scope: scope) : nil
            }
        }
    }
}
