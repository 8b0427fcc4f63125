import ClawConfig
import ClawCore
import ClawSupport

/// The text of the first pages of a PDF file. Throws `ClawError` when there is none to be had.
package typealias PDFReader = @Sendable (_ bytes: [UInt8], _ pages: Int) async throws -> String

/// The `input` of a responses request: a text, or items in order (gateway-http §4.2). Items may have the form of the
/// reference or that of OpenAI's own clients, which leave out `type` for messages and give back answers with ids. Pure.
struct ResponsesInput: Sendable, Hashable {
    var system: [String] = []
    var lines: [OpenAIConversation.Line] = []
    var images: [AttachmentReader.Image] = []
    var files: [ResponsesFile] = []
    /// What has to be fetched first, in order.
    private(set) var links: [Link] = []
    private let settings: GatewayConfiguration.Responses

    /// An image or a file that is somewhere else.
    struct Link: Sendable, Hashable {
        var source: ResponsesSource
        var address: WebAddress
        var isImage: Bool
        /// How many of its kind come before it, those that are here.
        var position: Int
        /// Where it stands in the request.
        var path: String
    }

    /// What is asked where a message has only files or images.
    static let attachmentOnly = "(see what is attached)"

    init(_ value: JSONValue, _ settings: GatewayConfiguration.Responses) throws(HTTPProblem) {
        self.settings = settings
        if let text = value.stringValue {
            lines = [OpenAIConversation.Line(sender: "User", text: text, isQuestion: true)]
            return
        }
        guard let items = value.arrayValue else { throw HTTPProblem(400, "input: must be a string or a list of items") }
        for (position, item) in items.enumerated() { try add(item, at: "input.\(position)") }
    }

    private mutating func add(_ item: JSONValue, at path: String) throws(HTTPProblem) {
        var reader = try BodyReader(item, at: path)
        let type = try reader.string("type") ?? (reader.object.contains("role") ? "message" : nil)
        switch type {
        case "message"?: try addMessage(&reader)
        case "function_call_output"?:
            let call = try reader.requiredString("call_id")
            let text = try content(&reader, "output")
            reader.skip("id", "status")
            lines.append(OpenAIConversation.Line(sender: "Tool:\(call)", text: text, isQuestion: true, call: call))
        case "function_call"?:
            _ = try reader.requiredString("name")
            _ = try reader.requiredString("arguments")
            // Clients send back what they have of it, under names of their own; nothing of it is used.
            return
        case "reasoning"?: reader.skip("id", "content", "encrypted_content", "summary", "status")
        case "item_reference"?: _ = try reader.requiredString("id")
        case let type?: throw reader.fault("type", "items of type \"\(type.prefix(100))\" are not supported")
        case nil: throw reader.fault("type", "is required")
        }
        try reader.finish()
    }

    private mutating func addMessage(_ reader: inout BodyReader) throws(HTTPProblem) {
        guard let role = try reader.choice("role", ["system", "developer", "user", "assistant"]) else {
            throw reader.fault("role", "is required")
        }
        let attachments = images.count + files.count + links.count
        let text = try content(&reader, "content")
        reader.skip("id", "status", "phase")
        switch role {
        case "user":
            let isBare = text.isEmpty && images.count + files.count + links.count > attachments
            lines.append(
                OpenAIConversation.Line(sender: "User", text: isBare ? Self.attachmentOnly : text, isQuestion: true))
        case "assistant": lines.append(OpenAIConversation.Line(sender: "Assistant", text: text, isQuestion: false))
        default: system.append(text)
        }
    }

    /// The text of a member that is a string or a list of parts, one a line; images and files are kept aside.
    private mutating func content(_ reader: inout BodyReader, _ key: String) throws(HTTPProblem) -> String {
        guard let value = reader.value(key) else { throw reader.fault(key, "is required") }
        if let text = value.stringValue { return text }
        guard let parts = value.arrayValue else { throw reader.fault(key, "must be a string or a list of parts") }
        var texts: [String] = []
        for (position, part) in parts.enumerated() {
            if let text = try self.part(part, at: reader.place("\(key).\(position)")) { texts.append(text) }
        }
        return texts.joined(separator: "\n")
    }

    /// The text of a part; nil for one that holds something else.
    private mutating func part(_ value: JSONValue, at path: String) throws(HTTPProblem) -> String? {
        var reader = try BodyReader(value, at: path)
        let type = try reader.requiredString("type")
        switch type {
        case "input_text", "output_text":
            reader.skip("annotations", "logprobs")
            let text = try reader.requiredString("text")
            try reader.finish()
            return text
        case "refusal":
            let text = try reader.requiredString("refusal")
            try reader.finish()
            return text
        case "input_image":
            let source = try ResponsesSource(image: &reader)
            try reader.finish()
            if images.count + links.count(where: \.isImage) == AttachmentReader.countLimit {
                throw reader.fault("type", "more than \(AttachmentReader.countLimit) images are not supported")
            }
            if try !link(source, isImage: true, at: path) { images.append(try source.image(settings, at: path)) }
        case "input_file":
            let source = try ResponsesSource(file: &reader)
            try reader.finish()
            if try !link(source, isImage: false, at: path) { files.append(try source.file(settings, at: path)) }
        default: throw reader.fault("type", "parts of type \"\(type.prefix(100))\" are not supported")
        }
        return nil
    }

    /// Whether it is somewhere else; then it is noted to be fetched.
    private mutating func link(_ source: ResponsesSource, isImage: Bool, at path: String) throws(HTTPProblem) -> Bool {
        guard let address = source.address else { return false }
        let rules = isImage ? settings.imageAddresses : settings.fileAddresses
        if !rules.areAllowed {
            throw HTTPProblem(400, "\(path): addresses are not fetched here; send the data as base64")
        }
        if links.count >= settings.addressLimit {
            throw HTTPProblem(400, "\(path): more than \(settings.addressLimit) addresses")
        }
        links.append(
            Link(
                source: source, address: address, isImage: isImage, position: isImage ? images.count : files.count,
                path: path))
        return true
    }

    /// Fetches what is somewhere else, all at once, and puts it where it belongs. Throws `HTTPProblem`.
    mutating func fetchLinks(over fetcher: any WebFetcher) async throws {
        if links.isEmpty { return }
        let (links, settings) = (links, settings)
        let contents = try await withThrowingTaskGroup(of: (Int, WebContent).self) { group in
            for (number, link) in links.enumerated() {
                group.addTask { (number, try await Self.content(of: link, settings, over: fetcher)) }
            }
            return try await group.reduce(into: [Int: WebContent]()) { $0[$1.0] = $1.1 }
        }
        // From the last one on, so that positions stay what they are.
        for (number, link) in links.enumerated().reversed() {
            guard let content = contents[number] else { continue }
            if link.isImage {
                images.insert(try link.source.image(settings, fetched: content, at: link.path), at: link.position)
            } else {
                files.insert(try link.source.file(settings, fetched: content, at: link.path), at: link.position)
            }
        }
        self.links = []
    }

    /// The most PDF files of one request: a program is started for each.
    static let pdfLimit = 8

    /// Reads the text of PDF files, one after the other. Throws `HTTPProblem`.
    mutating func readPDFs(_ read: PDFReader) async throws {
        var count = 0
        for position in files.indices {
            guard let pdf = files[position].pdf else { continue }
            count += 1
            if count > Self.pdfLimit { throw HTTPProblem(400, "\(pdf.path): more than \(Self.pdfLimit) PDF files") }
            do {
                let text = try await read(pdf.bytes, settings.pageLimit)
                files[position].read(text, limit: settings.fileCharacterLimit)
            } catch let error as ClawError {
                let hint = error.hint.map { ". \($0)" } ?? ""
                throw HTTPProblem(400, "\(pdf.path): \(error.message)\(hint)")
            }
        }
    }

    private static func content(
        of link: Link, _ settings: GatewayConfiguration.Responses, over fetcher: any WebFetcher
    ) async throws -> WebContent {
        let rules = link.isImage ? settings.imageAddresses : settings.fileAddresses
        do {
            return try await fetcher.fetch(
                WebFetch(
                    address: link.address,
                    byteLimit: link.isImage ? settings.imageByteLimit : settings.fileByteLimit,
                    redirectLimit: rules.redirectLimit, timeout: rules.timeout, hosts: rules.hosts))
        } catch let error as ClawError {
            throw HTTPProblem(400, "\(link.path): \(error.message)")
        }
    }
}
