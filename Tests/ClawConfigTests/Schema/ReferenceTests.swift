import ClawSupport
import FoundationEssentials
import Testing

@testable import ClawConfig

struct ReferenceTests {
    /// Like a golden file, but the page is part of the documentation.
    @Test func `The reference page says what the tables say`() throws {
        let source = try #require(FilePath.real(#filePath))
        let root = source.split(separator: "/").dropLast(4).joined(separator: "/")
        let path = "/\(root)/docs/configuration.md"
        let page = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        if page == ConfigReference.markdown() { return }
        if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
            try Data(ConfigReference.markdown().utf8).write(to: URL(filePath: path))
        }
        Issue.record("docs/configuration.md differs from the tables. Run once with RECORD_GOLDEN=1 and read the page.")
    }

    @Test func `Each key stands once, and its default is a value that may stand there`() {
        #expect(Set(ConfigKeys.all.map(\.path)).count == ConfigKeys.all.count)
        for key in ConfigKeys.all {
            if let value = key.defaultValue { #expect(key.kind.accepts(value), "\(key.path)") }
            #expect(key.meaning.hasSuffix("."), "\(key.path)")
        }
    }

    @Test func `Each key is read`() throws {
        // Commands read `gateway.remote`, and the Gateway does not.
        let readElsewhere = ["session.mainKey", "env.", "gateway.remote."]
        for key in ConfigKeys.all where !readElsewhere.contains(where: key.path.hasPrefix) {
            func dump(_ value: JSONValue) -> String {
                var configuration = Configuration.parse(value).configuration
                configuration.effective = [:]
                var text = ""
                Swift.dump(Reveal(configuration), to: &text)
                let secrets = [
                    configuration.gateway.auth.token?.reveal(), configuration.gateway.auth.password?.value?.reveal(),
                ]
                return text + "\(secrets)"
                    + configuration.models.providers.map { $0.apiKey?.value?.reveal() ?? "" }.joined()
            }
            let sample = KeySample(key)
            let isRead = dump(sample.with) != dump(sample.without)
            #expect(isRead, "\(key.path)")
        }
    }

    /// Lets `dump` show the whole structure.
    private struct Reveal {
        let configuration: Configuration

        init(_ configuration: Configuration) { self.configuration = configuration }
    }
}
