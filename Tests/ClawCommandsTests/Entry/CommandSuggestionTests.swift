import ClawCommands
import ClawCore
import Testing

struct CommandSuggestionTests {
    @Test(arguments: [
        (["staus"], "There is no command \"openclaw staus\".", "Did you mean `openclaw status`?"),
        (["gatway", "run"], "There is no command \"openclaw gatway\".", "Did you mean `openclaw gateway`?"),
        (
            ["config", "gte", "a"], "There is no command \"openclaw config gte\".",
            "Did you mean `openclaw config get`?"
        ),
        (
            ["devices", "lsit"], "There is no command \"openclaw devices lsit\".",
            "Did you mean `openclaw devices list`?"
        ),
        (["frobnicate"], "There is no command \"openclaw frobnicate\".", "See `openclaw --help` for the commands."),
        (["\u{1B}[31mx"], "There is no command \"openclaw x\".", "See `openclaw --help` for the commands."),
    ])
    func aTypoNamesWhatWasMeant(_ words: [String], _ message: String, _ hint: String) {
        let error = CommandSuggestion.error(for: words)
        #expect(error?.message == message)
        #expect(error?.hint == hint)
    }

    @Test(arguments: [
        [], ["status"], ["status", "x"], ["--help"], ["help", "status"], ["config", "get", "a.b"],
        ["gateway", "--port", "5"],
        ["devices"],
    ])
    func knownWordsAreLeftToTheParser(_ words: [String]) {
        #expect(CommandSuggestion.error(for: words)?.message == nil)
    }
}
