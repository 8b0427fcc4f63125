import ClawCore
import ClawSupport
import ClawTestKit
import Dispatch
import Synchronization
import Testing

@testable import ClawProviders

/// What strangers make this machine fetch (attacks S116 to S123), against servers of a script: nothing is connected to.
@Suite(.timeLimit(.minutes(10))) struct GuardedFetcherTests {
    /// Answers by address, and notes what it was asked.
    private final class ScriptedWeb: HTTPTransport {
        struct Page {
            var status = 200
            var headers: [String: String] = ["content-type": "Text/Plain; charset=utf-8"]
            var pieces: [String] = ["hello"]
            var hangs = false
            /// Passes before every piece.
            var pause = Duration.zero
        }

        let pages: [String: Page]
        private let asked = Mutex<[OutgoingRequest]>([])
        private let time: ManualTimeSource

        init(_ pages: [String: Page], _ time: ManualTimeSource) {
            self.pages = pages
            self.time = time
        }

        var requests: [OutgoingRequest] { asked.withLock { $0 } }

        func send(
            _ request: OutgoingRequest, connectTimeout: Duration, idleTimeout: Duration,
            receive: (IncomingHead, [UInt8]) async throws -> Void
        ) async throws {
            asked.withLock { $0.append(request) }
            guard let page = pages[request.url] else { throw ProviderError(.timeout, "nobody is there") }
            let head = IncomingHead(status: page.status, headers: page.headers)
            try await receive(head, [])
            if page.hangs { try await time.sleep(for: .seconds(1 << 30)) }
            for piece in page.pieces {
                if page.pause > .zero { try await time.sleep(for: page.pause) }
                try await receive(head, Array(piece.utf8))
            }
        }
    }

    private let time = ManualTimeSource()
    private let names: [String: [String]] = [
        "a.example": ["1.1.1.1"], "b.example": ["2606:4700::1"], "inside.example": ["10.0.0.1"],
        "mixed.example": ["1.1.1.1", "127.0.0.1"], "none.example": [], "sub.b.example": ["1.0.0.1"],
    ]

    private func fetcher(_ web: ScriptedWeb) -> GuardedFetcher {
        let names = names
        return GuardedFetcher(
            transport: web, time: time, resolve: { host in (names[host] ?? []).compactMap { IPAddress($0) } })
    }

    private func ask(_ url: String, hosts: [String] = [], redirects: Int = 3) throws -> WebFetch {
        WebFetch(
            address: try #require(WebAddress(url)), byteLimit: 10, redirectLimit: redirects, timeout: .seconds(5),
            hosts: hosts)
    }

    private func fault(_ web: ScriptedWeb, _ fetch: WebFetch) async -> String? {
        do {
            _ = try await fetcher(web).fetch(fetch)
            return nil
        } catch {
            return (error as? ClawError)?.message ?? "\(error)"
        }
    }

    @Test func aPageIsFetchedFromTheAddressThatWasChecked() async throws {
        let web = ScriptedWeb(["https://a.example/x?y": .init(pieces: ["hel", "lo"])], time)
        let content = try await fetcher(web).fetch(ask("https://a.example/x?y"))
        #expect(String(decoding: content.bytes, as: UTF8.self) == "hello")
        #expect(content.mediaType == "text/plain")
        #expect(web.requests.map(\.connectsTo) == ["1.1.1.1"])
    }

    private static let notPublic = "The address is not fetched. Its host is not a public one."

    @Test(arguments: [
        "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[64:ff9b::7f00:1]/",
        "http://10.0.0.1:80/",
        "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://0.0.0.0/", "http://inside.example/",
        "http://none.example/", "http://unknown.example/",
    ])
    func s116_s118_whatIsNotPublicIsNotConnectedTo(_ url: String) async throws {
        let web = ScriptedWeb([:], time)
        #expect(await fault(web, try ask(url)) == Self.notPublic)
        #expect(web.requests.isEmpty)
    }

    /// The system reads more forms of numbers than this program; what it makes of them is what is checked.
    @Test(arguments: ["0x7f.1", "2130706433", "127.1", "0177.0.0.1", "localhost", "localhost."])
    func s116_otherFormsOfLoopbackAreNotPublic(_ host: String) async throws {
        let web = ScriptedWeb([:], time)
        let fetch = try ask("http://\(host)/")
        await #expect(throws: ClawError.self) {
            try await GuardedFetcher(transport: web, time: time).fetch(fetch)
        }
        #expect(web.requests.isEmpty)
    }

    /// Also where no resolver knows it.
    @Test(arguments: ["localhost", "LocalHost.", "a.b.localhost"]) func thisMachineNeedsNoResolver(name: String)
        async throws
    {
        #expect(try await HostResolver.addresses(of: name) == [.loopback])
    }

    /// The time of a fetch holds also while the servers of names that a stranger chose do not answer.
    @Test func aResolverThatHangsIsNotWaitedFor() async throws {
        let (held, holds) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingOldest(1))
        let release = DispatchSemaphore(value: 0)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await HostResolver.addresses(of: "slow.example") { _ in
                        holds.yield()
                        release.wait()
                        return []
                    }
                    return false
                } catch {
                    return error is CancellationError
                }
            }
            for await _ in held { break }
            group.cancelAll()
            #expect(await group.next() == true)
        }
        release.signal()
    }

    @Test func s120_aNameIsAskedForOnceAndMixedAnswersAreRefused() async throws {
        let web = ScriptedWeb(["http://a.example/": .init()], time)
        #expect(await fault(web, try ask("http://mixed.example/")) == Self.notPublic)
        let asked = Mutex(0)
        let rebinding = GuardedFetcher(transport: web, time: time) { _ in
            let number = asked.withLock { count in
                count += 1
                return count
            }
            return [IPAddress(number == 1 ? "1.1.1.1" : "127.0.0.1")].compactMap(\.self)
        }
        _ = try await rebinding.fetch(ask("http://a.example/"))
        #expect(asked.withLock { $0 } == 1)
        #expect(web.requests.map(\.connectsTo) == ["1.1.1.1"])
        await #expect(throws: ClawError.self) { try await rebinding.fetch(ask("http://a.example/")) }
        #expect(web.requests.count == 1)
    }

    private func redirect(_ location: String?, _ status: Int = 302) -> ScriptedWeb.Page {
        ScriptedWeb.Page(status: status, headers: location.map { ["location": $0] } ?? [:])
    }

    @Test func s122_everyHopIsChecked() async throws {
        let web = ScriptedWeb(
            [
                "http://a.example/": redirect("https://b.example/two", 301),
                "https://b.example/two": redirect("/three", 308),
                "https://b.example/three": .init(), "http://a.example/in": redirect("http://inside.example/"),
                "http://a.example/loop": redirect("/loop"), "https://b.example/down": redirect("http://a.example/"),
                "http://a.example/file": redirect("file:///etc/passwd"), "http://a.example/nowhere": redirect(nil),
            ], time)
        let content = try await fetcher(web).fetch(ask("http://a.example/"))
        #expect(content.address.description == "https://b.example/three")
        #expect(web.requests.map(\.connectsTo) == ["1.1.1.1", "2606:4700::1", "2606:4700::1"])
        #expect(await fault(web, try ask("http://a.example/in")) == Self.notPublic)
        #expect(
            await fault(web, try ask("http://a.example/loop")) == "The address is not fetched. It leads on too often.")
        #expect(
            await fault(web, try ask("http://a.example/", redirects: 1))
                == "The address is not fetched. It leads on too often.")
        #expect(
            await fault(web, try ask("https://b.example/down"))
                == "The address is not fetched. It leads to an address without TLS.")
        for path in ["file", "nowhere"] {
            #expect(
                await fault(web, try ask("http://a.example/\(path)"))
                    == "The address is not fetched. It leads to no address of the web.")
        }
    }

    /// S123: no server is sent anything that belongs to another one.
    @Test func s123_nothingIsSentAlong() async throws {
        let web = ScriptedWeb(
            ["http://a.example/": redirect("https://b.example/"), "https://b.example/": .init()], time)
        _ = try await fetcher(web).fetch(ask("http://a.example/"))
        for request in web.requests {
            #expect(request.method == "GET" && request.body == nil)
            #expect(request.headers.map(\.name) == ["accept", "user-agent"])
        }
    }

    @Test func theListOfHostsHolds() async throws {
        let web = ScriptedWeb(
            [
                "http://a.example/": redirect("https://b.example/"), "https://b.example/": .init(),
                "https://sub.b.example/": .init(),
            ], time)
        let refusal = "The address is not fetched. Its host is not on the list of those that may be fetched from."
        #expect(await fault(web, try ask("https://b.example/", hosts: ["B.example"])) == nil)
        #expect(await fault(web, try ask("https://sub.b.example/", hosts: ["*.b.example"])) == nil)
        #expect(await fault(web, try ask("https://b.example/", hosts: ["*.b.example"])) == refusal)
        #expect(await fault(web, try ask("https://sub.b.example/", hosts: ["b.example"])) == refusal)
        #expect(await fault(web, try ask("http://a.example/", hosts: ["a.example"])) == refusal)
    }

    @Test func sizeStatusAndTimeAreBounded() async throws {
        let web = ScriptedWeb(
            [
                "http://a.example/long": .init(pieces: ["12345", "67890", "1"]),
                "http://a.example/fits": .init(pieces: ["12345", "67890"]), "http://a.example/gone": .init(status: 404),
                "http://a.example/slow": .init(hangs: true),
            ], time)
        #expect(
            await fault(web, try ask("http://a.example/long"))
                == "The address is not fetched. It is larger than 10 bytes.")
        #expect(await fault(web, try ask("http://a.example/fits")) == nil)
        #expect(await fault(web, try ask("http://a.example/gone")) == "The address answered with status 404.")
        #expect(await fault(web, try ask("http://a.example/dead")) == "The address cannot be fetched.")
        let slow = try ask("http://a.example/slow")
        async let answer = fault(web, slow)
        await time.waitForSleepers(2)
        time.advance(by: .seconds(5))
        #expect(await answer == "The address did not answer in time.")
    }

    /// A byte now and then keeps a connection from being idle, but not from ending.
    @Test func s50_aServerThatDripsEndsByDeadline() async throws {
        let web = ScriptedWeb(
            ["http://a.example/drip": .init(pieces: Array(repeating: "x", count: 9), pause: .seconds(2))], time)
        let drip = try ask("http://a.example/drip")
        async let answer = fault(web, drip)
        for seconds in [2, 2, 1] {
            await time.waitForSleepers(2)
            time.advance(by: .seconds(seconds))
        }
        #expect(await answer == "The address did not answer in time.")
    }

    /// The connection goes where it is told, not where the name leads: this name leads nowhere.
    @Test(arguments: [
        "pinned.invalid", "pinned.invalid.", "PINNED.invalid", "xn--mnchen-3ya.invalid", "under_score.invalid",
        "a--b.invalid",
        "-a.invalid",
    ])
    func s120_theConnectionGoesToTheCheckedAddress(_ host: String) async throws {
        try await ScriptedModelServer.run([.json(200, "{}")]) { server, address in
            let port = try #require(WebAddress(address)?.port)
            let fetcher = GuardedFetcher(
                transport: SharedTransport.transport, time: SystemTimeSource(),
                resolve: { _ in [.loopback] }, mayReach: { _ in true })
            let fetch = WebFetch(
                address: try #require(WebAddress("http://\(host):\(port)/x")), byteLimit: 100,
                timeout: .seconds(60))
            let content = try await fetcher.fetch(fetch)
            #expect(String(decoding: content.bytes, as: UTF8.self) == "{}")
            #expect(server.requests.map(\.path) == ["/x"])
        }
    }
}
