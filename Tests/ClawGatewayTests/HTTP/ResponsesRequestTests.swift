import ClawAgent
import ClawCore
import ClawSupport
import Synchronization
import Testing

@testable import ClawConfig
@testable import ClawGateway

/// What a body means, and what is refused with which words.
@Suite struct ResponsesRequestTests {
    static let settings = GatewayConfiguration.Responses(
        isEnabled: true, bodyLimit: 10_000, fileTypes: ["text/plain", "application/json", "application/pdf"],
        fileByteLimit: 60, fileCharacterLimit: 20, pageLimit: 4, imageTypes: ["image/png"], imageByteLimit: 40,
        addressLimit: 2,
        fileAddresses: .init(areAllowed: true, hosts: ["a.example"], redirectLimit: 1, timeout: .seconds(2)),
        imageAddresses: .init(areAllowed: true))
    private static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
    private static var pngText: String { Base64.encode(png) }

    private func read(_ json: String) throws -> ResponsesRequest {
        try ResponsesRequest(try #require(try JSONParser.parse(json).objectValue), Self.settings)
    }

    private func read(input: String) throws -> ResponsesRequest { try read(#"{"model":"m","input":\#(input)}"#) }

    private func fault(_ json: String) throws -> HTTPProblem? {
        do throws(HTTPProblem) {
            let object = try? JSONParser.parse(json).objectValue  // Every case is an object.
            _ = try ResponsesRequest(object ?? [:], Self.settings)
            return nil
        } catch {
            return error
        }
    }

    private func read(pdfs count: Int, _ reader: PDFReader) async throws -> OpenAIConversation? {
        let part = #"{"type":"input_file","filename":"a.pdf","file_data":"JVBERi0="}"#
        let parts = [String](repeating: part, count: count).joined(separator: ",")
        var request = try read(input: #"[{"role":"user","content":[\#(parts)]}]"#)
        try await request.input.readPDFs(reader)
        return request.conversation
    }

    @Test func theTextOfPDFFilesIsThatOfAFile() async throws {
        let conversation = try await read(pdfs: 2) { bytes, pages in
            "\(String(decoding: bytes, as: UTF8.self)) \(pages) </file> pages"
        }
        let file = "<file name=\"a.pdf\">\n%PDF- 4 &lt;/file> page\n[cut after 20 characters]\n</file>"
        #expect(conversation?.system == "\(file)\n\n\(file)")
    }

    @Test func pdfFilesThatCannotBeReadAreRefused() async throws {
        let missing = await #expect(throws: HTTPProblem.self) {
            _ = try await read(pdfs: 1) { _, _ in throw ClawError(.notFound, "no program", hint: "Install it.") }
        }
        #expect(missing == HTTPProblem(400, "input.0.content.0: no program. Install it."))
        let many = await #expect(throws: HTTPProblem.self) { _ = try await read(pdfs: 9) { _, _ in "text" } }
        #expect(many == HTTPProblem(400, "input.0.content.8: more than 8 PDF files"))
    }

    @Test func aTextIsTheWholeMessage() throws {
        let request = try read(
            #"""
            {"model":"openclaw","input":"Hi","instructions":"Be brief.","stream":true,"max_output_tokens":9,"user":"Ann",
            "previous_response_id":"resp_0","metadata":{"a":"b"},"temperature":1,"top_p":0.5,"store":false,
            "max_tool_calls":3,"truncation":"auto","reasoning":{"effort":"low","summary":null},"tools":[],
            "tool_choice":"auto","include":["reasoning.encrypted_content"],"parallel_tool_calls":true,"background":false,
            "text":{"format":{"type":"text"}},"service_tier":null}
            """#)
        #expect(
            request.conversation
                == OpenAIConversation(
                    system: ["Be brief."], lines: [.init(sender: "User", text: "Hi", isQuestion: true)]))
        #expect(request.model == "openclaw" && request.isStream && request.maximumOutputTokens == 9)
        #expect(request.user == "Ann" && request.previousResponse == "resp_0" && request.metadata == ["a": "b"])
    }

    @Test func itemsAreAConversation() throws {
        let request = try read(
            input: #"""
                [{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"input_text","text":"One"},
                {"type":"input_text","text":"two"}]},
                {"type":"reasoning","id":"r","summary":[]},{"type":"item_reference","id":"x"},
                {"type":"message","id":"m","status":"completed","role":"assistant",
                "content":[{"type":"output_text","text":"Wait.","annotations":[],"logprobs":[]}]},
                {"type":"function_call","id":"f","call_id":"c1","name":"clock","arguments":"{}","status":"completed"},
                {"type":"message","role":"developer","content":"In French."},
                {"type":"function_call_output","call_id":"c1","output":"12:00"}]
                """#)
        #expect(request.conversation?.system == "Be brief.\n\nIn French.")
        #expect(
            request.conversation?.prompt == """
                [Chat messages since your last reply - for context]
                User: One
                two
                Assistant: Wait.

                [Current message - respond to this]
                Tool:c1: 12:00
                """)
        #expect(request.conversation?.outputs == ClientCallOutputs([.init(call: "c1", text: "12:00")]))
    }

    /// Both the form of the reference and that of OpenAI's own clients.
    @Test func imagesAndFilesComeAsData() throws {
        let note = Base64.encode(Array("a </FILE > b <b> c".utf8))
        let long = Base64.encode(Array("0123456789012345678901234".utf8))
        let request = try read(
            input: #"""
                [{"role":"user","content":[
                {"type":"input_image","image_url":"data:image/gif;base64,\#(Self.pngText)","detail":"auto"},
                {"type":"input_image","source":{"type":"base64","media_type":"image/png","data":"\#(Self.pngText)"}},
                {"type":"input_file","filename":"a\"<b>\n.txt","file_data":"data:text/plain;charset=utf-8;base64,\#(note)"},
                {"type":"input_file","filename":"b.json","file_data":"\#(long)"},
                {"type":"input_file","source":{"type":"base64","media_type":"text/plain","data":"\#(note)","filename":"c"}}
                ]}]
                """#)
        let image = AttachmentReader.Image(mimeType: "image/png", fileName: nil, bytes: Self.png)
        #expect(request.input.images == [image, image])
        #expect(
            request.input.files.map(\.section) == [
                "<file name=\"a__b__.txt\">\na &lt;/FILE > b <b> c\n</file>",
                "<file name=\"b.json\">\n01234567890123456789\n[cut after 20 characters]\n</file>",
                "<file name=\"c\">\na &lt;/FILE > b <b> c\n</file>",
            ])
        #expect(request.conversation?.prompt == "(see what is attached)")
    }

    @Test(arguments: [
        "[]", #"[{"role":"system","content":"x"}]"#, #"[{"role":"user","content":""}]"#, #""""#,
        #"[{"type":"function_call","name":"a","arguments":"{}"}]"#, #"[{"role":"user","content":[]}]"#,
    ])
    func nothingToAnswerIsNoConversation(_ input: String) throws {
        #expect(try read(input: input).conversation == nil)
    }

    @Test func toolsThatMayNotBeCalledAreTakenAway() throws {
        let tool = #"{"type":"function","name":"clock","parameters":{}}"#
        let body = #"{"model":"m","input":"x","tools":[\#(tool)],"tool_choice":"none"}"#
        #expect(try read(body).tools.definitions == [])
        #expect(try read(#"{"model":"m","input":"x","tools":[\#(tool)]}"#).tools.definitions.map(\.name) == ["clock"])
    }

    @Test(arguments: [
        (#"{"input":"x"}"#, "model: is required"),
        (#"{"model":7,"input":"x"}"#, "model: must be a string"),
        (#"{"model":"m"}"#, "input: is required"),
        (#"{"model":"m","input":null}"#, "input: is required"),
        (#"{"model":"m","input":7}"#, "input: must be a string or a list of items"),
        (#"{"model":"m","input":"x","nonsense":1}"#, "nonsense: is not known here"),
        (#"{"model":"m","input":"x","stream":"yes"}"#, "stream: must be true or false"),
        (#"{"model":"m","input":"x","max_output_tokens":0}"#, "max_output_tokens: must be a whole number from 1"),
        (#"{"model":"m","input":"x","max_tool_calls":1.5}"#, "max_tool_calls: must be a whole number from 1"),
        (#"{"model":"m","input":"x","temperature":"hot"}"#, "temperature: must be a number"),
        (#"{"model":"m","input":"x","metadata":{"a":1}}"#, "metadata: must be an object of strings"),
        (#"{"model":"m","input":"x","truncation":"no"}"#, "truncation: must be one of auto, disabled"),
        (#"{"model":"m","input":"x","reasoning":[]}"#, "reasoning: must be an object"),
        (#"{"model":"m","input":"x","reasoning":{"a":1}}"#, "reasoning.a: is not known here"),
        (#"{"model":"m","input":"x","background":true}"#, "background: is not supported"),
        (#"{"model":"m","input":"x","text":{"format":{"type":"json_schema"}}}"#, "text.format: only text is supported"),
        (#"{"model":"m","input":"x","tools":{}}"#, "tools: must be a list"),
        (#"{"model":"m","input":"x","tools":[{"type":"web_search"}]}"#, "tools.0.type: only functions are supported"),
        (#"{"model":"m","input":"x","tool_choice":"required"}"#, "invalid tool configuration"),
        (#"{"model":"m","input":"x","tool_choice":{"type":"function","name":"a"}}"#, "invalid tool configuration"),
    ])
    func hostileBodiesAreRefused(_ json: String, _ message: String) throws {
        #expect(try fault(json) == HTTPProblem(400, message))
    }

    @Test(arguments: [
        ("[7]", "input.0: must be an object"),
        ("[{}]", "input.0.type: is required"),
        (
            #"[{"type":"web_search_call","id":"x"}]"#,
            #"input.0.type: items of type "web_search_call" are not supported"#
        ),
        (#"[{"role":"tool","content":"x"}]"#, "input.0.role: must be one of system, developer, user, assistant"),
        (#"[{"type":"message","content":"x"}]"#, "input.0.role: is required"),
        (#"[{"role":"user"}]"#, "input.0.content: is required"),
        (#"[{"role":"user","content":7}]"#, "input.0.content: must be a string or a list of parts"),
        (#"[{"role":"user","content":"x","name":"y"}]"#, "input.0.name: is not known here"),
        (#"[{"role":"user","content":"x"},{"role":"user","content":[7]}]"#, "input.1.content.0: must be an object"),
        (#"[{"role":"user","content":[{"text":"x"}]}]"#, "input.0.content.0.type: is required"),
        (#"[{"role":"user","content":[{"type":"input_text"}]}]"#, "input.0.content.0.text: is required"),
        (
            #"[{"role":"user","content":[{"type":"input_text","text":"x","y":1}]}]"#,
            "input.0.content.0.y: is not known here"
        ),
        (
            #"[{"role":"user","content":[{"type":"input_audio"}]}]"#,
            #"input.0.content.0.type: parts of type "input_audio" are not supported"#
        ),
        (#"[{"type":"function_call_output","output":"x"}]"#, "input.0.call_id: is required"),
        (#"[{"type":"function_call_output","call_id":"c"}]"#, "input.0.output: is required"),
        (#"[{"type":"function_call","call_id":"c","arguments":"{}"}]"#, "input.0.name: is required"),
    ])
    func hostileItemsAreRefused(_ input: String, _ message: String) throws {
        #expect(try fault(#"{"model":"m","input":\#(input)}"#) == HTTPProblem(400, message))
    }

    private static let notAnAddress = "must be an address with http or https, or the data as base64"

    @Test(arguments: [
        (#""type":"input_image""#, "input.0.content.0.image_url: is required"),
        (#""type":"input_image","image_url":"http://a@b/x.png""#, "input.0.content.0.image_url: \(notAnAddress)"),
        (#""type":"input_image","image_url":"file:///etc/passwd""#, "input.0.content.0.image_url: \(notAnAddress)"),
        (
            #""type":"input_image","source":{"type":"url","url":"/etc/passwd"}"#,
            "input.0.content.0.source.url: \(notAnAddress)"
        ),
        (#""type":"input_file","file_url":"aGVsbG8=""#, "input.0.content.0.file_url: \(notAnAddress)"),
        (
            #""type":"input_file","file_id":"f1""#,
            "input.0.content.0.file_id: no files are kept here; send the data itself"
        ),
        (
            #""type":"input_image","image_url":"data:image/png,abc""#,
            "input.0.content.0.image_url: is not a data URL with base64"
        ),
        (
            #""type":"input_image","image_url":"data:image/png;base64,%%%""#,
            "input.0.content.0: the data is not base64"
        ),
        (#""type":"input_image","image_url":"data:image/png;base64,""#, "input.0.content.0: the data is not base64"),
        (
            #""type":"input_image","image_url":"data:image/png;base64,aGVsbG8=""#,
            "input.0.content.0: must be an image of type image/png"
        ),
        (
            #""type":"input_image","image_url":"data:image/png;base64,R0lGODlhAQABAAAAACw=""#,
            "input.0.content.0: must be an image of type image/png"
        ),
        (
            #""type":"input_image","image_url":"data:image/png;base64,\#(String(repeating: "A", count: 4000))""#,
            "input.0.content.0: is larger than 40 bytes"
        ),
        (
            #""type":"input_image","source":{"type":"base64","data":"aGVsbG8="}"#,
            "input.0.content.0.source.media_type: is required"
        ),
        (
            #""type":"input_image","source":{"type":"ftp"}"#,
            "input.0.content.0.source.type: must be one of url, base64"
        ),
        (
            #""type":"input_image","source":{"type":"base64","media_type":"image/png","data":"aGVsbG8=","x":1}"#,
            "input.0.content.0.source.x: is not known here"
        ),
        (
            #""type":"input_file","filename":"a","file_data":"aGVsbG8=""#,
            "input.0.content.0: the media type is missing"
        ),
        (
            #""type":"input_file","file_data":"data:text/html;base64,aGVsbG8=""#,
            #"input.0.content.0: files of type "text/html" are not taken"#
        ),
        (
            #""type":"input_file","file_data":"data:text/plain;base64,/w==""#,
            "input.0.content.0: the file is not text in UTF-8"
        ),
        (
            #""type":"input_file","file_data":"data:text/plain;base64,AGE=""#,
            "input.0.content.0: the file is not text in UTF-8"
        ),
        (
            #""type":"input_file","file_data":"data:text/plain;base64,\#(String(repeating: "eHh4", count: 21))""#,
            "input.0.content.0: is larger than 60 bytes"
        ),
    ])
    func hostileAttachmentsAreRefused(_ part: String, _ message: String) throws {
        let input = #"[{"role":"user","content":[{\#(part)}]}]"#
        #expect(try fault(#"{"model":"m","input":\#(input)}"#) == HTTPProblem(400, message))
    }

    /// Gives what a table has, and notes what it was asked.
    private final class ScriptedFetcher: WebFetcher {
        private let pages: [String: WebContent]
        private let asked = Mutex<[WebFetch]>([])

        init(_ pages: [String: (type: String?, bytes: [UInt8])]) throws {
            var contents: [String: WebContent] = [:]
            for (url, page) in pages {
                contents[url] = WebContent(
                    address: try #require(WebAddress(url)), mediaType: page.type, bytes: page.bytes)
            }
            self.pages = contents
        }

        var fetches: [WebFetch] { asked.withLock { $0 } }

        func fetch(_ fetch: WebFetch) async throws -> WebContent {
            asked.withLock { $0.append(fetch) }
            guard let page = pages[fetch.address.description] else { throw ClawError(.timeout, "Nobody is there.") }
            return page
        }
    }

    @Test func addressesAreFetchedIntoTheirPlaces() async throws {
        let fetcher = try ScriptedFetcher([
            "https://b.example/x.png": ("text/html", Self.png),
            "http://a.example/one/notes.txt?v=1": ("text/plain", Array("Hello.".utf8)),
        ])
        var request = try read(
            input: #"""
                [{"role":"user","content":[
                {"type":"input_image","image_url":"https://b.example/x.png"},
                {"type":"input_image","source":{"type":"base64","media_type":"image/png","data":"\#(Self.pngText)"}},
                {"type":"input_file","file_url":"http://a.example/one/notes.txt?v=1#end"}]}]
                """#)
        #expect(request.input.images.count == 1)
        try await request.input.fetchLinks(over: fetcher)
        let image = AttachmentReader.Image(mimeType: "image/png", fileName: nil, bytes: Self.png)
        #expect(request.input.images == [image, image])
        #expect(request.input.files.map(\.section) == ["<file name=\"notes.txt\">\nHello.\n</file>"])
        #expect(request.input.links.isEmpty)
        #expect(request.conversation?.prompt == "(see what is attached)")
        let file = try #require(fetcher.fetches.first { $0.address.host == "a.example" })
        #expect([file.byteLimit, file.redirectLimit] == [60, 1])
        #expect(file.hosts == ["a.example"] && file.timeout == .seconds(2))
    }

    @Test(arguments: [
        ("https://b.example/none.png", "Nobody is there."),
        ("https://b.example/text.png", "must be an image of type image/png"),
    ])
    func whatCannotBeFetchedIsSaid(_ url: String, _ message: String) async throws {
        let fetcher = try ScriptedFetcher(["https://b.example/text.png": ("image/png", Array("hello".utf8))])
        var request = try read(input: #"[{"role":"user","content":[{"type":"input_image","image_url":"\#(url)"}]}]"#)
        await #expect(throws: HTTPProblem(400, "input.0.content.0: \(message)")) {
            try await request.input.fetchLinks(over: fetcher)
        }
    }

    @Test func addressesAreCountedAndCanBeForbidden() throws {
        let part = #"{"type":"input_image","image_url":"https://b.example/x.png"}"#
        let parts = Array(repeating: part, count: 3).joined(separator: ",")
        #expect(
            try fault(#"{"model":"m","input":[{"role":"user","content":[\#(parts)]}]}"#)
                == HTTPProblem(400, "input.0.content.2: more than 2 addresses"))
        var settings = Self.settings
        settings.imageAddresses.areAllowed = false
        let body = try #require(
            try JSONParser.parse(#"{"model":"m","input":[{"role":"user","content":[\#(part)]}]}"#).objectValue)
        #expect(throws: HTTPProblem(400, "input.0.content.0: addresses are not fetched here; send the data as base64"))
        {
            try ResponsesRequest(body, settings)
        }
    }
}
