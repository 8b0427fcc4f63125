import ClawConfig
import ClawCore
import ClawSupport

/// The bytes of an image or a file in a request, in the form of the reference (`source`) or of OpenAI's own clients
/// (`image_url`, `file_data`), or the address where they are. Pure.
struct ResponsesSource: Sendable, Hashable {
    /// Data in base64; empty where there is an address.
    private var content: String
    /// Where it is to be fetched from; nil when the data is here.
    private(set) var address: WebAddress?
    /// In lower case and without parameters; nil when the request does not say.
    private var mediaType: String?
    private var name: String?

    init(image reader: inout BodyReader) throws(HTTPProblem) {
        reader.skip("detail")
        try self.init(&reader, dataKey: "image_url", urlKey: nil)
    }

    init(file reader: inout BodyReader) throws(HTTPProblem) {
        let name = try reader.string("filename")
        reader.skip("detail")
        try self.init(&reader, dataKey: "file_data", urlKey: "file_url")
        self.name = name ?? self.name
    }

    private init(_ reader: inout BodyReader, dataKey: String, urlKey: String?) throws(HTTPProblem) {
        if try reader.string("file_id") != nil {
            throw reader.fault("file_id", "no files are kept here; send the data itself")
        }
        if let urlKey, let url = try reader.string(urlKey) {
            try self.init(url, type: nil) { reader.fault(urlKey, $0) }
            if address == nil, !url.hasPrefix("data:") { throw reader.fault(urlKey, Self.notAnAddress) }
            return
        }
        if let source = reader.value("source") {
            try self.init(source: source, at: reader.place("source"))
            return
        }
        guard let text = try reader.string(dataKey) else { throw reader.fault(dataKey, "is required") }
        try self.init(text, type: nil) { reader.fault(dataKey, $0) }
    }

    private init(source: JSONValue, at path: String) throws(HTTPProblem) {
        var reader = try BodyReader(source, at: path)
        let name = try reader.string("filename")
        switch try reader.choice("type", ["url", "base64"]) {
        case "base64"?:
            let type = try reader.requiredString("media_type")
            let data = try reader.requiredString("data")
            try reader.finish()
            try self.init(data, type: type) { reader.fault("data", $0) }
        case "url"?:
            let url = try reader.requiredString("url")
            try reader.finish()
            try self.init(url, type: nil) { reader.fault("url", $0) }
            if address == nil, !url.hasPrefix("data:") { throw reader.fault("url", Self.notAnAddress) }
        default: throw reader.fault("type", "is required")
        }
        self.name = name
    }

    private static let notAnAddress = "must be an address with http or https, or the data as base64"

    private init(_ text: String, type: String?, fault: (String) -> HTTPProblem) throws(HTTPProblem) {
        var type = type
        content = text
        if text.hasPrefix("data:") {
            guard let url = DataURL(text), url.isBase64 else { throw fault("is not a data URL with base64") }
            content = String(url.content)
            type = type ?? url.mediaType
        } else if text.prefix(10).contains(":") {
            guard let address = WebAddress(text) else { throw fault(Self.notAnAddress) }
            self.address = address
            content = ""
            name = address.target.prefix { $0 != "?" }.split(separator: "/").last.map(String.init)
        }
        mediaType = type.map(Self.plain)
    }

    private static func plain(_ type: String) -> String {
        String(type.prefix { $0 != ";" }).trimmingWhitespace.lowercased()
    }

    /// - Parameter fetched: What was found at the address, where there is one.
    func image(
        _ settings: GatewayConfiguration.Responses, fetched: WebContent? = nil, at path: String
    ) throws(HTTPProblem) -> AttachmentReader.Image {
        let bytes = try bytes(fetched, limit: settings.imageByteLimit, at: path)
        // The bytes tell what it is, whatever the request says.
        guard let type = AttachmentReader.sniff(bytes), settings.imageTypes.contains(type) else {
            throw HTTPProblem(
                400, "\(path): must be an image of type \(settings.imageTypes.joined(separator: ", "))")
        }
        return AttachmentReader.Image(mimeType: type, fileName: nil, bytes: bytes)
    }

    /// - Parameter fetched: What was found at the address, where there is one.
    func file(
        _ settings: GatewayConfiguration.Responses, fetched: WebContent? = nil, at path: String
    ) throws(HTTPProblem) -> ResponsesFile {
        guard let type = fetched?.mediaType ?? mediaType ?? ResponsesFile.type(ofName: name) else {
            throw HTTPProblem(400, "\(path): the media type is missing")
        }
        guard settings.fileTypes.contains(type) else {
            throw HTTPProblem(400, "\(path): files of type \"\(type.prefix(100))\" are not taken")
        }
        let bytes = try bytes(fetched, limit: settings.fileByteLimit, at: path)
        if type == "application/pdf" { return ResponsesFile(name: name, pdf: bytes, path: path) }
        guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
            throw HTTPProblem(400, "\(path): the file is not text in UTF-8")
        }
        return ResponsesFile(name: name, text: text, limit: settings.fileCharacterLimit)
    }

    /// The size of what is here is judged before anything is decoded.
    private func bytes(_ fetched: WebContent?, limit: Int, at path: String) throws(HTTPProblem) -> [UInt8] {
        if let fetched { return fetched.bytes }
        if content.utf8.count / 4 * 3 > limit + 3 { throw Self.tooLarge(limit, at: path) }
        guard let bytes = Base64.decode(content), !bytes.isEmpty else {
            throw HTTPProblem(400, "\(path): the data is not base64")
        }
        if bytes.count > limit { throw Self.tooLarge(limit, at: path) }
        return bytes
    }

    private static func tooLarge(_ limit: Int, at path: String) -> HTTPProblem {
        HTTPProblem(400, "\(path): is larger than \(limit) bytes")
    }
}

/// A file that a caller sent along, as the model reads it.
struct ResponsesFile: Sendable, Hashable {
    private let name: String
    private let text: String
    /// A PDF file whose text is not read yet.
    private(set) var pdf: PDF?

    struct PDF: Sendable, Hashable {
        var bytes: [UInt8]
        /// Where it stands in the request.
        var path: String
    }

    /// A PDF file: it has no text until `read` has given it one.
    init(name: String?, pdf bytes: [UInt8], path: String) {
        self.init(name: name, text: "", limit: 0)
        pdf = PDF(bytes: bytes, path: path)
    }

    mutating func read(_ text: String, limit: Int) {
        self = ResponsesFile(name: name, text: text, limit: limit)
    }

    /// - Parameter limit: The most characters of the text; what is cut off is told.
    init(name: String?, text: String, limit: Int) {
        self.name = name.flatMap { $0.isEmpty ? nil : $0 } ?? "file"
        let shown = text.prefix(limit)
        self.text = shown.endIndex == text.endIndex ? text : "\(shown)\n[cut after \(limit) characters]"
    }

    /// What stands in the system prompt. Nothing in name or text can close the element or open another one.
    var section: String {
        let label = String(name.prefix(200).map { $0.isNewline || "\"<>".contains($0) ? "_" : $0 })
        return "<file name=\"\(label)\">\n\(Self.harmless(text))\n</file>"
    }

    private static func harmless(_ text: String) -> String {
        var output = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            output += rest[..<start]
            let next = rest.index(after: start)
            var word = rest[next...].prefix(64).drop { $0.isWhitespace || $0 == "/" }
            word = word.prefix(4)
            output += word.lowercased() == "file" ? "&lt;" : "<"
            rest = rest[next...]
        }
        return output + rest
    }

    /// The media type that the ending of a name tells.
    static func type(ofName name: String?) -> String? {
        guard let name, let dot = name.lastIndex(of: ".") else { return nil }
        return switch name[name.index(after: dot)...].lowercased() {
        case "txt": "text/plain"
        case "md": "text/markdown"
        case "html", "htm": "text/html"
        case "csv": "text/csv"
        case "json": "application/json"
        case "pdf": "application/pdf"
        default: nil
        }
    }
}
