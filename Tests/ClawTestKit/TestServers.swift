#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The servers that only tests use: unpacked from their packages, installed nowhere.
package struct TestServers: Sendable {
    /// The root of what was unpacked.
    package let root: String

    /// Unpacks them, or waits until another test has. Throws with the script's own words.
    package static func unpacked() async throws -> TestServers {
        guard let real = realpath(#filePath, nil) else {
            throw ChildProcess.Failure(description: "The folder of the tests cannot be found.")
        }
        defer { free(real) }
        let repository = "/" + String(cString: real).split(separator: "/").dropLast(3).joined(separator: "/")
        let output = try TemporaryDirectory("fetch")
        let script = try ChildProcess(
            "\(repository)/scripts/test-servers/fetch.sh", [], outputPath: "\(output.path)/fetch.out")
        guard try await script.waitForExit(timeout: .seconds(900)) == .exited(0) else {
            throw ChildProcess.Failure(description: "The servers for tests cannot be had. \(script.output)")
        }
        return TestServers(root: "\(repository)/.test-servers/root")
    }

    /// The environment in which their programs find their libraries.
    package var environment: [String: String] {
        ["LD_LIBRARY_PATH": libraries, "PATH": "/usr/bin:/bin", "OPENSSL_CONF": "/dev/null", "LC_ALL": "C"]
    }

    /// The folder of their libraries.
    package var libraries: String {
        #if arch(arm64)
            "\(root)/usr/lib/aarch64-linux-gnu"
        #else
            "\(root)/usr/lib/x86_64-linux-gnu"
        #endif
    }
}
