import ClawClient
import ClawProtocol
import ClawSupport
import ClawSystemTesting
import ClawTestKit
import IRCTesting
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What a change of each class does in each mode of `gateway.reload`, made in the file and by a client.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ReloadModeTests {
    enum Way: String, CaseIterable, Sendable {
        case file
        case patch
    }

    /// One change of each class that is looked at from outside.
    enum Change: CaseIterable, Sendable {
        /// Counts from the next request on: a route is served.
        case route
        /// Starts the channel anew: another name on the network.
        case nick
        /// Restarts: the page moves.
        case page

        var patch: JSONValue {
            switch self {
            case .route: ["gateway": ["http": ["endpoints": ["chatCompletions": ["enabled": true]]]]]
            case .nick: ["channels": ["irc": ["nick": "talon"]]]
            case .page: ["gateway": ["controlUi": ["basePath": "/claw"]]]
            }
        }

        var path: String {
            switch self {
            case .route: "gateway.http.endpoints.chatCompletions.enabled"
            case .nick: "channels.irc.nick"
            case .page: "gateway.controlUi.basePath"
            }
        }
    }

    /// A Gateway with a person on its network.
    private struct House {
        let gateway: GatewayProcess
        let network: IRCTestNetwork
        let bob: RawIRCClient
        let way: Way

        init(_ mode: String, _ way: Way) async throws {
            self.way = way
            network = try await IRCTestNetwork.start(services: false)
            bob = try await RawIRCClient.connect(network, nick: "bob")
            gateway = try GatewayProcess(configuration: IRCGateway.configuration(network, dmPolicy: "open"))
            try merge(["gateway": ["reload": ["mode": .string(mode), "debounceMs": 0]]])
            try await gateway.start()
            try await bob.waitUntilOnline("claw")
        }

        private func merge(_ patch: JSONValue) throws {
            let bytes = try #require(try AtomicFile.read(gateway.configurationPath))
            let merged = Self.merged(try JSONParser.parse(bytes), patch)
            try AtomicFile.write(Array(merged.prettyText.utf8), to: gateway.configurationPath)
        }

        private static func merged(_ old: JSONValue, _ patch: JSONValue) -> JSONValue {
            guard var object = old.objectValue, let changes = patch.objectValue else { return patch }
            for (key, value) in changes { object[key] = merged(object[key] ?? .null, value) }
            return .object(object)
        }

        /// Makes a change. Returns what the client that made it was told; nil for one of the file.
        @discardableResult func make(_ patch: JSONValue, _ client: GatewayClient) async throws -> JSONValue? {
            if way == .file {
                try merge(patch)
                return nil
            }
            let hash = try #require(try await client.request("config.get", [:])["hash"])
            return try await client.request(
                "config.patch", ["raw": .string(patch.text), "baseHash": hash, "restartDelayMs": 0])
        }

        /// Whether a change is in effect, seen from outside; it waits for one that should be.
        func has(_ change: Change, wanted: Bool) async throws -> Bool {
            switch change {
            case .nick:
                if wanted { try await bob.waitUntilOnline("talon") }
                return try await !bob.isOnline("claw")
            case .route: return try await poll("POST /v1/chat/completions", wanted) { $0 == 400 }
            case .page: return try await poll("GET /", wanted) { $0 == 404 }
            }
        }

        private func poll(_ first: String, _ wanted: Bool, _ isIn: (Int) -> Bool) async throws -> Bool {
            for _ in 0..<1000 {
                // While it restarts nothing listens.
                let answer = try? await PlainHTTP.ask(
                    gateway.port, first, ["Authorization: Bearer \(GatewayProcess.token)"])
                if let answer, isIn(answer.status) == wanted { return wanted }
                usleep(20_000)
            }
            return !wanted
        }

        /// What waits for a restart, once the Gateway has seen that something does.
        func waiting(_ client: GatewayClient, for path: String) async throws -> String {
            while true {
                let status = try await client.request("status", [:])
                let reason = status["rejectedConfiguration"]?["reason"]?.stringValue
                if let reason, reason.contains(path) { return reason }
                usleep(20_000)
            }
        }

        func expectShutdown(_ client: GatewayClient) async {
            for await event in client.events where event.name.rawValue == "shutdown" {
                #expect(event.payload?["reason"] == "gateway restarting")
                return
            }
            Issue.record("the connection ended without a shutdown event")
        }
    }

    @Test(arguments: Way.allCases) func hybridAppliesWhatItCanAndRestartsForTheRest(_ way: Way) async throws {
        let house = try await House("hybrid", way)
        let pid = house.gateway.pid
        try await house.gateway.withClient { client in
            for change in [Change.route, .nick] {
                #expect(try await house.has(change, wanted: false) == false)
                let told = try await house.make(change.patch, client)
                #expect(try await house.has(change, wanted: true), "\(change)")
                if let told {
                    #expect(told["restart"] == .null && told["rejectedConfiguration"] == nil, "\(told.text)")
                }
            }
            // The connection went on through both.
            #expect(try await client.request("status", [:])["rejectedConfiguration"] == nil)
            #expect(try await house.has(.page, wanted: false) == false)
            let told = try await house.make(Change.page.patch, client)
            if let told { #expect(told["restart"]?["ok"] == true && told["rejectedConfiguration"] == nil) }
            await house.expectShutdown(client)
        }
        for change in Change.allCases { #expect(try await house.has(change, wanted: true), "\(change)") }
        #expect(house.gateway.pid == pid)
        #expect(await house.gateway.stop() == .exited(0))
    }

    @Test(arguments: Way.allCases) func hotNeverRestartsAndTellsWhatWaits(_ way: Way) async throws {
        let house = try await House("hot", way)
        let reason = #"gateway.reload.mode is "hot", and it takes a restart: gateway.controlUi.basePath."#
        try await house.gateway.withClient { client in
            for change in [Change.route, .nick] {
                try await house.make(change.patch, client)
                #expect(try await house.has(change, wanted: true), "\(change)")
            }
            let told = try await house.make(Change.page.patch, client)
            if let told {
                #expect(told["restart"] == .null)
                #expect(told["rejectedConfiguration"] == ["reason": .string(reason)])
            }
            #expect(try await house.waiting(client, for: Change.page.path) == reason)
            #expect(try await house.has(.page, wanted: false) == false)
            #expect(try await client.request("health", [:])["ok"] == true)
        }
        #expect(house.gateway.output.contains("it takes a restart: gateway.controlUi.basePath"))
        #expect(await house.gateway.stop() == .exited(0))
        try await house.gateway.start()
        #expect(try await house.has(.page, wanted: true))
        #expect(await house.gateway.stop() == .exited(0))
    }

    /// Two restarts by themselves keep a distance, so each change has its own Gateway.
    @Test(arguments: Way.allCases, Change.allCases) func restartRestartsForEveryChange(
        _ way: Way, _ change: Change
    ) async throws {
        let house = try await House("restart", way)
        let pid = house.gateway.pid
        try await house.gateway.withClient { client in
            let told = try await house.make(change.patch, client)
            if let told { #expect(told["restart"]?["ok"] == true && told["rejectedConfiguration"] == nil) }
            await house.expectShutdown(client)
        }
        #expect(try await house.has(change, wanted: true))
        #expect(house.gateway.pid == pid)
        #expect(await house.gateway.stop() == .exited(0))
    }

    @Test(arguments: Way.allCases) func offDoesNothingAndSaysSo(_ way: Way) async throws {
        let house = try await House("off", way)
        try await house.gateway.withClient { client in
            var paths: [String] = []
            for change in [Change.nick, .page, .route] {
                paths.append(change.path)
                let reason =
                    #"gateway.reload.mode is "off", and it takes a restart: "# + paths.joined(separator: ", ") + "."
                let told = try await house.make(change.patch, client)
                if let told {
                    #expect(told["restart"] == .null)
                    #expect(told["rejectedConfiguration"] == ["reason": .string(reason)])
                }
                #expect(try await house.waiting(client, for: change.path) == reason)
            }
            for change in Change.allCases { #expect(try await house.has(change, wanted: false) == false, "\(change)") }
            // The mode itself counts at once, and with it all that waited.
            if way == .file {
                try await house.make(["gateway": ["reload": ["mode": "hybrid"]]], client)
                await house.expectShutdown(client)
            }
        }
        if way == .file {
            for change in Change.allCases { #expect(try await house.has(change, wanted: true), "\(change)") }
        }
        #expect(await house.gateway.stop() == .exited(0))
    }

    /// Switching it off is in effect at once, and no change that waits.
    @Test(arguments: Way.allCases) func theModeIsChangedWhileItRuns(_ way: Way) async throws {
        let house = try await House("hybrid", way)
        try await house.gateway.withClient { client in
            let told = try await house.make(["gateway": ["reload": ["mode": "off"]]], client)
            if let told { #expect(told["restart"] == .null && told["rejectedConfiguration"] == nil, "\(told.text)") }
            try await house.make(Change.route.patch, client)
            #expect(
                try await house.waiting(client, for: Change.route.path)
                    == #"gateway.reload.mode is "off", and it takes a restart: \#(Change.route.path)."#)
            #expect(try await house.has(.route, wanted: false) == false)
        }
        #expect(await house.gateway.stop() == .exited(0))
    }
}
