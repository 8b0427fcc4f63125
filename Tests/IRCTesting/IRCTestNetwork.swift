import ClawSupport
package import ClawTestKit
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A real network for one test: inspircd with atheme's services, from the packages that `scripts/test-servers/fetch.sh`
/// unpacks. Both end with this object.
package final class IRCTestNetwork {
    package let directory: TemporaryDirectory
    package let tlsPort: Int
    package let plainPort: Int
    private let linkPort: Int
    private let servers: TestServers
    private var root: String { servers.root }
    private var server: ChildProcess?
    private var services: ChildProcess?

    /// The self-signed certificate, which clients must name to trust it.
    package var certificate: String { "\(directory.path)/cert.pem" }

    private init(servers: TestServers) throws {
        directory = try TemporaryDirectory("irc")
        tlsPort = try freePort()
        plainPort = try freePort()
        linkPort = try freePort()
        self.servers = servers
    }

    /// Starts the server, and the services unless a test needs none.
    package static func start(services: Bool = true) async throws -> IRCTestNetwork {
        let network = try IRCTestNetwork(servers: try await TestServers.unpacked())
        try await network.makeCertificate(name: "cert")
        try network.directory.write(network.serverConfiguration, to: "inspircd.conf")
        try network.directory.write(network.servicesConfiguration, to: "atheme.conf")
        try AtomicFile.makeDirectory("\(network.directory.path)/atheme")
        try await network.startServer()
        if services { try await network.startServices() }
        return network
    }

    package func startServer() async throws {
        let path = directory.path
        let process = try ChildProcess(
            "\(root)/usr/sbin/inspircd",
            ["--config", "\(path)/inspircd.conf", "--nofork", "--nopid", "--runasroot"],
            environment: servers.environment,
            outputPath: "\(path)/inspircd-\(UUID().uuidString).out")
        server = process
        _ = try await process.waitForLine(containing: "InspIRCd is now running", timeout: .seconds(60))
    }

    package func startServices() async throws {
        let path = directory.path
        let process = try ChildProcess(
            "\(root)/usr/bin/atheme-services",
            [
                "-n", "-c", "\(path)/atheme.conf", "-p", "\(path)/atheme.pid", "-D", "\(path)/atheme", "-l",
                "\(path)/atheme.log",
            ], environment: servers.environment, outputPath: "\(path)/atheme.out")
        services = process
        _ = try await process.waitForLine(containing: "finished synching with uplink", timeout: .seconds(60))
    }

    /// Kills the server without a word to anybody, as a crash would.
    package func killServer() { server?.kill() }

    /// A self-signed certificate and its key: `<name>.pem` and `<name>-key.pem`.
    package func makeCertificate(name: String) async throws {
        let path = directory.path
        let found = ["\(root)/usr/bin/openssl", "/usr/bin/openssl"].first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        let openssl = try ChildProcess(
            found ?? "openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(path)/\(name)-key.pem", "-out",
                "\(path)/\(name).pem", "-days", "2", "-subj", "/CN=irc.test", "-addext",
                "subjectAltName=DNS:localhost,IP:127.0.0.1",
            ], environment: servers.environment, outputPath: "\(path)/openssl.out")
        let status = try await openssl.waitForExit(timeout: .seconds(60))
        if status != .exited(0) { throw ChildProcess.Failure(description: "openssl failed: \(openssl.output)") }
    }

    private var serverConfiguration: String {
        let path = directory.path
        let modules = [
            "ssl_gnutls", "cap", "sasl", "sslinfo", "spanningtree", "services_account", "ircv3", "ircv3_accounttag",
            "ircv3_batch", "ircv3_capnotify", "ircv3_ctctags", "ircv3_echomessage", "ircv3_labeledresponse",
            "ircv3_msgid", "ircv3_servertime", "namesx", "hidechans", "svshold", "hostchange", "alias",
        ]
        return """
            <path configdir="\(path)" datadir="\(path)" logdir="\(path)" runtimedir="\(path)" \
            moduledir="\(root)/usr/lib/inspircd/modules">
            <server name="irc.test" description="Test" id="001" network="TestNet">
            <admin name="test" nick="test" email="test@irc.test">
            <log method="file" type="* -USERINPUT -USEROUTPUT" level="default" target="\(path)/irc.log">
            <bind address="127.0.0.1" port="\(tlsPort)" type="clients" sslprofile="tls">
            <bind address="127.0.0.1" port="\(plainPort)" type="clients">
            <bind address="127.0.0.1" port="\(linkPort)" type="servers">
            <sslprofile name="tls" provider="gnutls" certfile="\(path)/cert.pem" keyfile="\(path)/cert-key.pem" \
            requestclientcert="yes" hash="sha256">
            <connect name="main" allow="*" timeout="60" pingfreq="120" localmax="100" globalmax="100" \
            recvq="16384" softsendq="1048576" hardsendq="1048576" commandrate="1000000" fakelag="no" threshold="1000" \
            useident="no" resolvehostnames="no">
            <cidr ipv4clone="32" ipv6clone="128">
            <link name="services.test" ipaddr="127.0.0.1" port="\(linkPort)" allowmask="127.0.0.1" sendpass="link" \
            recvpass="link">
            <uline server="services.test" silent="yes">
            <sasl target="services.test" requiressl="no">
            <performance softlimit="128" somaxconn="128">
            <dns server="127.0.0.1" timeout="1">
            \(modules.map { "<module name=\"\($0)\">" }.joined(separator: "\n"))

            """
    }

    private var servicesConfiguration: String {
        // Modules name others by the path they were built with, so all are loaded here, in an order that needs no search.
        let modules = [
            "transport/rfc1459", "protocol/base36uid", "protocol/inspircd", "backend/corestorage", "backend/opensex",
            "crypto/posix", "nickserv/main", "nickserv/ghost", "nickserv/group", "nickserv/identify",
            "nickserv/register", "nickserv/set_core", "nickserv/cert", "saslserv/main", "saslserv/plain",
            "saslserv/external",
        ]
        let loads = modules.map { "loadmodule \"\(servers.libraries)/atheme/modules/\($0)\";" }.joined(separator: "\n")
        return """
            \(loads)
            serverinfo { name = "services.test"; desc = "Services"; numeric = "00A"; recontime = 1;
              netname = "TestNet"; hidehostsuffix = "users.test"; adminname = "test"; adminemail = "test@irc.test";
              registeremail = "test@irc.test"; auth = none; casemapping = rfc1459; maxlogins = 50; maxusers = 0;
              maxnicks = 5; maxchans = 5; mdlimit = 30; emaillimit = 10; emailtime = 300; };
            uplink "irc.test" { host = "127.0.0.1"; port = \(linkPort); send_password = "link";
              receive_password = "link"; };
            nickserv { nick = "NickServ"; user = "NickServ"; host = "services.test"; real = "NickServ"; };
            saslserv { nick = "SaslServ"; user = "SaslServ"; host = "services.test"; real = "SaslServ"; };
            general { join_chans = no; leave_chans = no; commit_interval = 5; flood_msgs = 0; };

            """
    }
}
