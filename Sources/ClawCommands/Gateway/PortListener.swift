import ClawSupport
import FoundationEssentials

/// Somebody who listens on a TCP port of this machine.
struct PortListener: Sendable, Hashable {
    /// As `127.0.0.1:18789`.
    let address: String
    /// Nil when the process belongs to another user.
    var pid: Int?
    /// The name of its program.
    var command: String?

    var json: JSONValue {
        var object: JSONObject = ["address": .string(address)]
        object.set("pid", pid)
        object.set("command", command)
        return .object(object)
    }

    var text: String {
        guard let pid else { return "\(address) (a process of another user)" }
        return "\(address) (pid \(pid)\(command.map { ", \($0)" } ?? ""))"
    }

    /// Everybody who listens on `port`, from the kernel's tables. Empty where the system has none.
    static func all(port: Int, root: String = "/proc") -> [PortListener] {
        let found = ["tcp", "tcp6"].flatMap { table in
            // A kernel without IPv6 has no second table.
            Self.sockets(in: (try? AtomicFile.read("\(root)/net/\(table)")) ?? nil, port: port)
        }
        if found.isEmpty { return [] }
        let owners = Self.owners(of: Set(found.map(\.inode)), root: root)
        return found.map { socket in
            PortListener(
                address: socket.address, pid: owners[socket.inode]?.pid, command: owners[socket.inode]?.command)
        }
    }

    /// Lines as `0: 0100007F:4965 00000000:0000 0A … <inode> …`; `0A` is listening.
    private static func sockets(in bytes: [UInt8]?, port: Int) -> [(address: String, inode: String)] {
        String(decoding: bytes ?? [], as: UTF8.self).split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                Int(fields[1][fields[1].index(after: colon)...], radix: 16) == port
            else { return nil }
            return ("\(host(fields[1][..<colon])):\(port)", String(fields[9]))
        }
    }

    /// Four bytes in the machine's order for IPv4, four such groups for IPv6.
    private static func host(_ hex: Substring) -> String {
        let bytes = stride(from: 0, to: hex.count, by: 2).compactMap { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)
        }
        if bytes.count == 4 { return bytes.reversed().map { "\($0)" }.joined(separator: ".") }
        let ordered = stride(from: 0, to: bytes.count, by: 4).flatMap {
            bytes[$0..<min($0 + 4, bytes.count)].reversed()
        }
        if ordered.allSatisfy({ $0 == 0 }) { return "[::]" }
        if ordered.dropLast().allSatisfy({ $0 == 0 }), ordered.last == 1 { return "[::1]" }
        let groups = stride(from: 0, to: ordered.count - 1, by: 2).map {
            String(Int(ordered[$0]) << 8 | Int(ordered[$0 + 1]), radix: 16)
        }
        return "[\(groups.joined(separator: ":"))]"
    }

    private static func owners(of inodes: Set<String>, root: String) -> [String: (pid: Int, command: String?)] {
        var owners: [String: (pid: Int, command: String?)] = [:]
        let files = FileManager.default
        // Processes end while this looks at them, and those of others cannot be looked into.
        for pid in ((try? files.contentsOfDirectory(atPath: root)) ?? []).compactMap({ Int($0) }).sorted() {
            // As above.
            for descriptor in (try? files.contentsOfDirectory(atPath: "\(root)/\(pid)/fd")) ?? [] {
                // As above.
                guard let link = try? files.destinationOfSymbolicLink(atPath: "\(root)/\(pid)/fd/\(descriptor)"),
                    link.hasPrefix("socket:["), inodes.contains(String(link.dropFirst(8).dropLast()))
                else { continue }
                // As above; a name is only for the reader.
                let name = (try? AtomicFile.read("\(root)/\(pid)/comm")) ?? nil
                owners[String(link.dropFirst(8).dropLast())] = (
                    pid, name.map { String(decoding: $0.prefix { $0 != 10 }, as: UTF8.self) }
                )
            }
        }
        return owners
    }
}
