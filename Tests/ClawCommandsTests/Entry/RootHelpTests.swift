import ArgumentParser
import Testing

@testable import ClawCommands

struct RootHelpTests {
    @Test func theReadyMadeHelpIsWhatTheCommandsSay() {
        let made = OpenClaw.helpMessage(columns: RootHelp.width)
        var text = made[...]
        while text.last?.isNewline ?? false { text = text.dropLast() }
        #expect(RootHelp.text == text)
    }
}
