import ClawConfig
import Testing

@Suite struct ReloadForecastTests {
    private func forecast(_ old: String, _ new: String) throws -> ReloadForecast {
        let files = try (ConfigHome(old), ConfigHome(new))
        return ReloadForecast(from: files.0.inspect().configuration, to: files.1.inspect().configuration)
    }

    @Test func everyKindOfChangeIsForetold() throws {
        #expect(try forecast("{}", "{tools: {deny: ['exec']}}") == .applies)
        #expect(try forecast("{}", "{gateway: {port: 18789}}") == .applies)
        #expect(try forecast("{}", "{logging: {file: '/tmp/x.log'}}") == .applies)
        #expect(try forecast("{}", "{channels: {irc: {host: 'h'}}}") == .startsChannels(["irc"]))
        #expect(try forecast("{}", "{gateway: {port: 1}}") == .restarts)
    }

    @Test func theModeOfReloadingCounts() throws {
        func gateway(_ mode: String, _ port: Int) -> String { "{gateway: {port: \(port), reload: {mode: '\(mode)'}}}" }
        #expect(try forecast(gateway("hot", 1), gateway("hot", 2)) == .waits)
        #expect(try forecast(gateway("off", 1), gateway("off", 2)) == .waits)
        #expect(try forecast(gateway("off", 1), gateway("hybrid", 1)) == .applies)
        #expect(try forecast(gateway("off", 1), gateway("hybrid", 2)) == .restarts)
        #expect(try forecast(gateway("hybrid", 1), gateway("off", 1)) == .applies)
        #expect(try forecast(gateway("hybrid", 1), gateway("off", 2)) == .waits)
        #expect(
            try forecast(
                gateway("restart", 1), "{gateway: {port: 1, reload: {mode: 'restart'}}, tools: {deny: ['exec']}}")
                == .restarts)
        #expect(ReloadForecast(reading: .hybrid) == .applies)
        #expect(ReloadForecast(reading: .off) == .waits)
    }
}
