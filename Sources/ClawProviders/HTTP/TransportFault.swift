import AsyncHTTPClient
import ClawCore
import NIOCore
import NIOHTTP1
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Says what a failure of the network means, in a sentence that names the server.
enum TransportFault {
    static func describe(_ error: any Error, server: String, isConnected: Bool) -> any Error {
        if error is ProviderError || error is CancellationError { return error }
        if let error = error as? HTTPClientError { return describe(error, server: server) }
        if let error = error as? NIOConnectionError {
            return ProviderError(.timeout, "Cannot reach \(server): \(reason(of: error)).")
        }
        if let error = error as? IOError {
            let what = isConnected ? "The connection to \(server) broke" : "Cannot reach \(server)"
            return ProviderError(.timeout, "\(what): \(systemText(error)).")
        }
        if error as? HTTPParserError == .invalidEOFState {
            return describe(HTTPClientError.remoteConnectionClosed, server: server)
        }
        if error is HTTPParserError { return ProviderError(.format, "\(server) does not answer in HTTP.") }
        let text = String(describing: error)
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return ProviderError(.format, "The TLS certificate of \(server) is not trusted.")
        }
        if text.contains("SSL") || text.contains("handshake") {
            return ProviderError(.timeout, "No TLS connection to \(server) could be made.")
        }
        return ProviderError(.timeout, "The connection to \(server) failed.")
    }

    private static func describe(_ error: HTTPClientError, server: String) -> any Error {
        switch error {
        case .cancelled, .alreadyShutdown, .requestStreamCancelled: CancellationError()
        case .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .deadlineExceeded:
            ProviderError(.timeout, "Connecting to \(server) took too long.")
        case .readTimeout, .writeTimeout: ProviderError(.timeout, "\(server) stopped answering.")
        case .remoteConnectionClosed, .uncleanShutdown:
            ProviderError(.timeout, "\(server) closed the connection before its answer was complete.")
        case .invalidURL, .emptyHost, .emptyScheme, .missingSocketPath:
            ProviderError(.format, "\(server) is not an address that can be called.")
        default: ProviderError(.timeout, "The call to \(server) failed: \(error.shortDescription).")
        }
    }

    private static func reason(of error: NIOConnectionError) -> String {
        if let cause = error.connectionErrors.first?.error as? IOError { return systemText(cause) }
        if error.dnsAError != nil || error.dnsAAAAError != nil { return "its name cannot be resolved" }
        return "no connection could be made"
    }

    /// The system's own words, without the name of the call that failed.
    private static func systemText(_ error: IOError) -> String {
        String(cString: strerror(error.errnoCode)).lowercased()
    }
}
