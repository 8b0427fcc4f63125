import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// A person sets everything up at a terminal, up to a working chat.
@Suite(.serialized, .timeLimit(.minutes(10))) struct OnboardingTests {
    @Test func questionsLeadToAWorkingChat() async throws {
        let home = try TemporaryDirectory("onboard")
        let script =
            #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            .joined(separator: "/") + "/Onboarding/drive.py"
        let python = try ChildProcess(
            "python3", [script, GatewayProcess.executable, home.path, "\(try freePort())"], directory: home.path,
            outputPath: "\(home.path)/drive.out")
        let status = try await python.waitForExit(timeout: .seconds(90))
        #expect(status == .exited(0), "\(python.output)")
        let config = try #require(home.read(".openclaw/openclaw.json"))
        let value = try JSON5Document.parse(config).value
        #expect(value["gateway"]?["mode"] == "local")
        #expect(value["agents"]?["defaults"]?["model"] == "custom/qwen3:32b")
        #expect(
            value["models"]?["providers"]?["ollama"]?["models"] == [
                ["id": "tiny:1b", "name": "tiny:1b"], ["id": "qwen3:32b", "name": "qwen3:32b"],
            ])
    }
}
