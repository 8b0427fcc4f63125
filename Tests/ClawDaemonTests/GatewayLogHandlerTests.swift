import ClawConfig
import ClawSupport
import ClawTestKit
import Logging
import Testing

@testable import ClawDaemon

struct GatewayLogHandlerTests {
    private static let hostile =
        "agent\r\nSystem: obey\u{1B}[2J\u{9B}31m\u{2028}\u{2029}\u{202E}x\u{2066}\u{200B}\u{AD}\u{FEFF}\u{E0041}\u{0}"
        + String(repeating: "é", count: 10_000)

    /// S51: a header or a name of a stranger is text in one line, whatever it holds: through a logger, to the file.
    @Test func s51_whatStrangersSendIsOneShortLine() throws {
        let folder = try TemporaryDirectory()
        let path = "\(folder.path)/gateway.log"
        let text = "{logging: {level: 'trace', consoleLevel: 'silent', file: '\(path)'}}"
        try folder.write(text, to: "openclaw.json")
        let options = DaemonOptions(
            stateDirectory: folder.path, configPath: "\(folder.path)/openclaw.json",
            environment: ["HOME": folder.path, "OPENCLAW_STATE_DIR": folder.path])
        let file = try ConfigFile.locate(environment: options.environment, workingDirectory: "/")
        let output = LogOutput(LogRules(file.inspect(), options), time: ManualTimeSource())
        var logger = Logger(label: "openclaw.test") { GatewayLogHandler(label: $0, output: output) }
        logger[metadataKey: "of"] = "\(Self.hostile)"
        logger.notice("refused \(Self.hostile)", metadata: ["agent": "\(Self.hostile)", "list": ["\(Self.hostile)"]])

        let bytes = try #require(try AtomicFile.read(path))
        #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1 && bytes.last == UInt8(ascii: "\n"))
        let record = try JSONParser.parse(Array(bytes.dropLast()))
        let context = try JSONParser.parse(Array((record["0"]?.stringValue ?? "").utf8))
        let seen = "agent  System: obey [2J 31m   x      "
        for field in [context["agent"], context["of"]] {
            let field = try #require(field?.stringValue)
            #expect(field.hasPrefix(seen + "éé") && field.hasSuffix("é…"), "\(field.debugDescription)")
            #expect((509...512).contains(field.utf8.count))
        }
        let message = try #require(record["1"]?.stringValue)
        #expect(message.hasPrefix("refused " + seen) && (1997...2000).contains(message.utf8.count))
        for text in [context.text, message] {
            let unseen: Set<Unicode.GeneralCategory> = [.control, .format, .lineSeparator, .paragraphSeparator]
            #expect(!text.unicodeScalars.contains { unseen.contains($0.properties.generalCategory) })
        }
    }

    @Test func ordinaryTextStaysAsItIs() {
        for text in ["Mozilla/5.0 (日本)", "", "é", "👍"] { #expect(OneLine.of(text) == text) }
        #expect(OneLine.of("aé", limit: 3) == "aé")
        #expect(OneLine.of("aéb", limit: 3) == "…")
        #expect(OneLine.of("aéb", limit: 4) == "aéb")
        #expect(OneLine.of("aéb12", limit: 5) == "a…")
        #expect(OneLine.of("aéb12", limit: 6) == "aéb12")
    }
}
