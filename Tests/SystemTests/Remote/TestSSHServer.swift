#if canImport(Glibc)
    import ClawTestKit
    import Glibc

    /// A real sshd on this machine for one test, and an `ssh` that knows it and reads nothing of the user's own settings.
    final class TestSSHServer {
        let directory: TemporaryDirectory
        let port: Int
        /// The account that may log in, with `sshIdentity`.
        let user: String
        private let servers: TestServers
        private var process: ChildProcess?

        var identity: String { "\(directory.path)/user" }
        /// A key that nobody has let in.
        var strangerIdentity: String { "\(directory.path)/stranger" }
        /// What a command needs in its environment to find the `ssh` of the test.
        var environment: [String: String] {
            servers.environment.merging(["PATH": "\(directory.path)/bin:/usr/bin:/bin"]) { $1 }
        }

        static func start() async throws -> TestSSHServer {
            let server = try TestSSHServer(servers: try await TestServers.unpacked())
            for name in ["host", "user", "stranger"] { try await server.makeKey(name) }
            try server.writeFiles()
            try await server.startProcess()
            return server
        }

        private init(servers: TestServers) throws {
            self.servers = servers
            directory = try TemporaryDirectory("sshd")
            port = try freePort()
            user = geteuid() == 0 ? "nobody" : String(cString: getpwuid(geteuid()).pointee.pw_name)
        }

        private func makeKey(_ name: String) async throws {
            let keygen = try ChildProcess(
                "\(servers.root)/usr/bin/ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", "\(directory.path)/\(name)"],
                environment: servers.environment, outputPath: "\(directory.path)/keygen.out")
            guard try await keygen.waitForExit() == .exited(0) else {
                throw ChildProcess.Failure(description: "No key for sshd: \(keygen.output)")
            }
        }

        /// With PAM, since without it sshd wants to read the passwords to see whether the account is locked.
        private func writeFiles() throws {
            let path = directory.path
            try directory.write(
                """
                LogLevel VERBOSE
                Port \(port)
                ListenAddress 127.0.0.1
                HostKey \(path)/host
                AuthorizedKeysFile \(path)/user.pub
                StrictModes no
                PidFile none
                UsePAM yes
                PasswordAuthentication no
                KbdInteractiveAuthentication no

                """, to: "sshd_config")
            try directory.write(
                """
                Host *
                    UserKnownHostsFile \(path)/known_hosts
                    GlobalKnownHostsFile /dev/null
                    StrictHostKeyChecking yes
                    IdentitiesOnly yes
                    IdentityAgent none

                """, to: "ssh_config")
            try directory.write("[127.0.0.1]:\(port) \(directory.read("host.pub") ?? "")", to: "known_hosts")
            try directory.write(
                "#!/bin/sh\nexec '\(servers.root)/usr/bin/ssh' -F '\(path)/ssh_config' \"$@\"\n", to: "bin/ssh")
            chmod("\(path)/bin/ssh", 0o755)
        }

        private func startProcess() async throws {
            var command = ["\(servers.root)/usr/sbin/sshd", "-D", "-e", "-f", "\(directory.path)/sshd_config"]
            if geteuid() == 0, let nobody = getpwnam(user) {
                // As root it would want an account of its own on the machine.
                let (uid, gid) = (nobody.pointee.pw_uid, nobody.pointee.pw_gid)
                for name in ["", "/host"] { chown(directory.path + name, uid, gid) }
                command = ["/usr/bin/setpriv", "--reuid", "\(uid)", "--regid", "\(gid)", "--clear-groups"] + command
            }
            let process = try ChildProcess(
                command[0], Array(command.dropFirst()), environment: servers.environment,
                outputPath: "\(directory.path)/sshd.out")
            self.process = process
            _ = try await process.waitForLine(containing: "Server listening on 127.0.0.1")
        }
    }
#endif
