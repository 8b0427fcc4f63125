import ClawCore
import ClawSupport
import ClawTestKit
import Testing

@testable import ClawConfig
@testable import ClawDaemon

/// Whatever clients send to `config.set`, `config.patch` and `config.apply`: the file stays one that a Gateway starts from.
struct RandomWriteTests {
    private static let start =
        "{gateway: {mode: 'local', auth: {mode: 'token', token: 'a-long-secret-token'}}, agents: {list: [{id: 'main'}]},"
        + " models: {providers: {x: {baseUrl: 'http://h', apiKey: 'sk-in-the-file'}}}}"

    private static let values: [JSONValue] = [
        nil, true, false, 0, 1, -1, 65_536, "", "lan", "loopback", "tailnet", "custom", "none", "password", "token",
        "remote",
        "local", "off", "trusted-proxy", "open", "__OPENCLAW_REDACTED__", "${NOT_SET}", "${HOME}", "~", "/", "*", [],
        [:],
        ["*"], ["x", 1], [["id": "main"]], [["id": ""]], ["$include": "./x.json"],
        ["source": "exec", "provider": "v", "id": "k"],
        ["source": "env", "provider": "default", "id": "NOT_SET"], ["mode": "none"], ["__proto__": 1],
    ]

    /// A random key of the schema, or one that is not there, with a random value.
    private func patch(_ random: inout SeededGenerator) -> JSONValue {
        let keys = ConfigKeys.all
        let path = keys[Int.random(in: 0..<keys.count, using: &random)].path
        let names = path.split(separator: ".").dropLast(Int.random(in: 0...1, using: &random))
        var value = Self.values[Int.random(in: 0..<Self.values.count, using: &random)]
        for name in names.reversed() {
            let isList = name.hasSuffix("[]")
            let key = isList ? String(name.dropLast(2)) : name == "*" ? "x" : String(name)
            var object = JSONObject()
            object[key] = isList ? .array([value]) : value
            value = .object(object)
        }
        return value
    }

    @Test(arguments: 0..<3 as Range<UInt64>)
    func s53_noWriteLeavesAFileThatCannotBeStartedFrom(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let home = try TemporaryDirectory("fuzz")
        let path = "\(home.path)/.openclaw/openclaw.json"
        try home.write(Self.start, to: ".openclaw/openclaw.json")
        let file = try ConfigFile.locate(environment: ["HOME": home.path], workingDirectory: home.path)
        let options = DaemonOptions(
            stateDirectory: "\(home.path)/.openclaw", configPath: path, environment: ["HOME": home.path])
        let environment = DaemonEnvironment()
        var editor = ConfigEditor(file, time: ManualTimeSource())
        editor.verify = { try Boot.check($0, options, environment) }
        var accepted = 0
        for round in 0..<90 {
            let patch = patch(&random)
            do {
                switch round % 3 {
                case 0: _ = try editor.merge(patch.text, baseHash: nil)
                case 1:
                    let wanted = MergePatch.apply(patch, to: ConfigRedaction.redact(file.inspect().parsed))
                    _ = try editor.replace(with: wanted.text, baseHash: nil)
                default:
                    let wanted = MergePatch.apply(patch, to: ConfigRedaction.redact(file.inspect().parsed))
                    _ = try editor.replace(with: "// mine\n" + wanted.prettyText, baseHash: nil)
                }
                accepted += 1
            } catch {
                #expect([.configInvalid, .invalidRequest, .storage, .conflict].contains(error.code), "\(error)")
            }
            let now = file.inspect()
            #expect(now.isValid, "\(patch.text): \(now.issues)")
            #expect(throws: Never.self, "\(patch.text)") { try Boot.check(now, options, environment) }
            #expect(now.raw?.contains("__OPENCLAW_REDACTED__") == false, "\(patch.text)")
        }
        // The test would show nothing if nothing went through.
        #expect(accepted > 15, "\(accepted)")
    }
}
