import ClawConfig
import ClawSupport
import ClawTestKit
import Logging
import Testing

@testable import ClawDaemon

struct LogOutputTests {
    private func rules(_ folder: TemporaryDirectory, _ logging: String, _ environment: [String: String] = [:]) throws
        -> LogRules
    {
        let path = "\(folder.path)/openclaw.json"
        try AtomicFile.write(Array("{logging: \(logging)}".utf8), to: path)
        var options = DaemonOptions(stateDirectory: folder.path, configPath: path, environment: environment)
        options.environment["HOME"] = folder.path
        options.environment["OPENCLAW_STATE_DIR"] = folder.path
        options.environment["OPENCLAW_CONFIG_PATH"] = path
        let file = try ConfigFile.locate(environment: options.environment, workingDirectory: "/")
        return LogRules(file.inspect(), options)
    }

    private func messages(_ path: String) throws -> [String] {
        let lines = (try AtomicFile.read(path) ?? []).split(separator: UInt8(ascii: "\n"))
        return try lines.compactMap { try JSONParser.parse(Array($0))["1"]?.stringValue }
    }

    @Test func levelAndFileChangeUnderALoggerThatExists() throws {
        let folder = try TemporaryDirectory()
        let (first, second) = ("\(folder.path)/one.log", "\(folder.path)/two.log")
        let output = LogOutput(
            try rules(folder, "{level: 'warn', consoleLevel: 'silent', file: '\(first)'}"), time: ManualTimeSource())
        let logger = Logger(label: "openclaw.test") { GatewayLogHandler(label: $0, output: output) }
        logger.info("too little")
        logger.warning("one")
        output.follow(try rules(folder, "{level: 'debug', consoleLevel: 'silent', file: '\(first)'}"))
        logger.debug("two")
        output.follow(try rules(folder, "{level: 'error', consoleLevel: 'silent', file: '\(second)'}"))
        logger.debug("too little")
        logger.error("three")
        #expect(try messages(first) == ["one", "two"])
        #expect(try messages(second) == ["three"])
        #expect(output.path == second)
    }

    /// What the library around a logger was told to keep quiet about stays quiet.
    @Test func aLevelOfALoggersOwnStays() throws {
        let folder = try TemporaryDirectory()
        let output = LogOutput(
            try rules(folder, "{level: 'info', consoleLevel: 'silent', file: '\(folder.path)/a.log'}"),
            time: ManualTimeSource())
        var logger = Logger(label: "openclaw.test") { GatewayLogHandler(label: $0, output: output) }
        logger.logLevel = .error
        output.follow(try rules(folder, "{level: 'trace', consoleLevel: 'silent', file: '\(folder.path)/a.log'}"))
        logger.warning("quiet")
        #expect(try messages("\(folder.path)/a.log") == [])
    }

    @Test func theEnvironmentStaysAboveTheConfiguration() throws {
        let folder = try TemporaryDirectory()
        let rules = try rules(folder, "{level: 'trace', consoleLevel: 'trace'}", ["OPENCLAW_LOG_LEVEL": "error"])
        #expect(rules.level == .error && rules.consoleLevel == .error)
    }
}
