import ClawClient
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import FoundationEssentials
import Testing

/// Every example of the README is run: commands against a Gateway, configurations through `config validate`.
@Suite(.serialized, .timeLimit(.minutes(10))) struct DocumentationTests {
    @Test func theCommandsOfTheReadmeWork() async throws {
        let gateway = try GatewayProcess()
        try await gateway.start()
        try await gateway.withClient { client in
            _ = try await client.requestExpectingFinal("agent", ["message": "Hello", "idempotencyKey": "known-run"])
        }
        try AtomicFile.write(Array("an example passphrase\n".utf8), to: "\(gateway.directory.path)/passphrase.txt")
        // The examples must not make a service of the machine that runs the tests.
        try AtomicFile.makeDirectory("\(gateway.directory.path)/bin")
        try AtomicFile.write(Array(Self.systemctl.utf8), to: "\(gateway.directory.path)/bin/systemctl", mode: 0o755)
        let path = "\(gateway.directory.path)/bin:\(gateway.environment["PATH"] ?? "")"
        let commands = try blocks("sh").flatMap { $0.split(separator: "\n").map(String.init) }
        #expect(commands.count > 12)
        for command in commands {
            let words = Self.words(of: command.replacing("<id>", with: "known-run"))
            try #require(words.first == "openclaw")
            let (status, output) = try await gateway.command(
                Array(words.dropFirst()), environment: ["PATH": path])
            #expect(status == .exited(0), "\(command)\n\(output)")
        }
    }

    private static let systemctl = """
        #!/bin/sh
        [ "$2" = show ] && echo LoadState=loaded ActiveState=active MainPID=4711 UnitFileState=enabled | tr ' ' '\\n'
        exit 0
        """

    @Test func theConfigurationsOfTheReadmeAreValid() async throws {
        let examples = try blocks("json5")
        #expect(examples.count == 2)
        for example in examples {
            let gateway = try GatewayProcess()
            try AtomicFile.write(Array(example.utf8), to: gateway.configurationPath)
            try AtomicFile.write(
                Array("IRC_NICKSERV_PASSWORD=x\n".utf8), to: "\(gateway.stateDirectory)/.env")
            let (status, output) = try await gateway.command(["config", "validate"])
            #expect(status == .exited(0), "\(example)\n\(output)")
            #expect(!output.contains("warning"), "\(output)")
        }
    }

    @Test func theConfigurationsOfTheSecurityPageAreValid() async throws {
        let examples = try blocks("json5", in: "docs/security.md")
        #expect(examples.count == 1)
        for example in examples {
            let gateway = try GatewayProcess()
            try AtomicFile.write(Array(example.utf8), to: gateway.configurationPath)
            try AtomicFile.write(
                Array("OPENCLAW_PROXY_SECRET=0123456789abcdef0123456789abcdef\n".utf8),
                to: "\(gateway.stateDirectory)/.env")
            let (status, output) = try await gateway.command(["config", "validate"])
            #expect(status == .exited(0), "\(example)\n\(output)")
            #expect(!output.contains("warning"), "\(output)")
        }
    }

    @Test func theTargetsOfTheReadmeExist() throws {
        let makefile = try text("Makefile")
        for target in ["run", "test"] {
            #expect(makefile.contains("\n\(target):"))
            #expect(try text("README.md").contains("make \(target)"))
        }
    }

    /// The fenced blocks of this language.
    private func blocks(_ language: String, in page: String = "README.md") throws -> [String] {
        try text(page).split(separator: "```\(language)\n").dropFirst().compactMap { piece in
            piece.split(separator: "\n```").first.map(String.init)
        }
    }

    private func text(_ name: String) throws -> String {
        var folder = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        while !FileManager.default.fileExists(atPath: folder.joined(separator: "/") + "/Package.swift") {
            folder.removeLast()
        }
        let bytes = try #require(try AtomicFile.read(folder.joined(separator: "/") + "/" + name))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Splits as a shell does, for what the examples use: spaces and double quotes.
    private static func words(of command: String) -> [String] {
        var words: [String] = []
        for (position, part) in command.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if position.isMultiple(of: 2) {
                words += part.split(separator: " ").map(String.init)
            } else {
                words.append(String(part))
            }
        }
        return words
    }
}
