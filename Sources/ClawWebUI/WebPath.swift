/// The path of a request, checked before it comes near a file.
enum WebPath: Hashable {
    /// The components of a file below the root; empty for the page itself.
    case file([String])
    /// A path that could name something outside the root, or something hidden.
    case refused

    /// Missing files with these endings are an error; any other missing path is a place in the page.
    static let fileExtensions: Set<String> = [
        "js", "css", "json", "map", "svg", "png", "jpg", "jpeg", "gif", "webp", "ico", "txt",
    ]

    /// `path` is the part of the request target before `?`, still percent-encoded, without the base path. What stands
    /// before `/assets/` is dropped, so that the relative addresses of the page hold on every depth.
    init(_ path: String) {
        guard let decoded = WebPath.decode(path) else {
            self = .refused
            return
        }
        var components = decoded.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
        if components.contains(where: { $0.hasPrefix(".") || $0.utf8.contains(0) || $0.contains("\\") }) {
            self = .refused
            return
        }
        if let start = components.dropLast().lastIndex(of: "assets") { components.removeFirst(start) }
        if components == ["index.html"] { components = [] }
        self = .file(components)
    }

    /// The ending of a file's name in lower case, without the dot; empty when there is none.
    static func fileExtension(of name: String) -> String {
        guard let dot = name.lastIndex(of: ".") else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Percent-decodes once. Nil for a broken escape and for bytes that are not UTF-8.
    private static func decode(_ text: String) -> String? {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexValue(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
