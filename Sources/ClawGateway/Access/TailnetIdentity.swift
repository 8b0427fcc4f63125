package import ClawSupport

/// What a request says about a user of the tailnet. Anybody on this machine could say it, so it proves nothing before Tailscale
/// was asked (gateway-protocol §6.3; attacks S32).
package struct TailnetClaim: Sendable, Hashable {
    /// The name of the user's account, as it came.
    package var login: String
    /// Where the request entered Tailscale's proxy.
    package var address: IPAddress

    package init(login: String, address: IPAddress) {
        self.login = login
        self.address = address
    }

    /// Whether the account that Tailscale names is the claimed one.
    package func isOf(_ account: String) -> Bool {
        SharedAuth.supplied(account)?.lowercased() == SharedAuth.supplied(login)?.lowercased()
    }
}

/// Why what is said about a user of the tailnet lets nobody in, by the reasons of gateway-protocol §6.3.
package enum TailnetRefusal: String, Error, Sendable, Hashable {
    case userMissing = "tailscale_user_missing"
    /// The request did not come from this machine with the headers of the proxy.
    case proxyMissing = "tailscale_proxy_missing"
    case whoisFailed = "tailscale_whois_failed"
    case userMismatch = "tailscale_user_mismatch"
}

extension TailnetClaim {
    private static let loginHeader = "tailscale-user-login"
    private static let proxyHeaders = ["x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"]
    /// With it the proxy marks what comes from the internet, where nobody is known.
    private static let funnelHeader = "tailscale-funnel-request"

    /// Reads the claim of a request. A header that came twice is none: the proxy sends each once.
    package init(peer: IPAddress?, headers: ClientHeaders) throws(TailnetRefusal) {
        guard let login = headers.only(Self.loginHeader) else { throw .userMissing }
        guard peer?.isLoopback ?? false, headers.values(Self.funnelHeader).isEmpty,
            Self.proxyHeaders.allSatisfy({ headers.only($0) != nil }), let address = headers.relayedClient
        else { throw .proxyMissing }
        self.init(login: login, address: address)
    }
}

extension ClientHeaders {
    /// The last hop of `X-Forwarded-For` that is not this machine, believed or not; nil when there is none.
    var relayedClient: IPAddress? {
        for hop in (forwardedFor ?? "").split(separator: ",").reversed() {
            guard let address = HostName.address(hop) else { return nil }
            if !address.isLoopback { return address }
        }
        return nil
    }
}
