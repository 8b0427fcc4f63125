import ClawSupport

extension ConfigKeys {
    /// Bytes of a request, and of one file or image in it, that no configuration can raise.
    private static let largestBody = 256 << 20
    private static let largestPart = 64 << 20

    static let gateway: [ConfigKey] = [
        ConfigKey(
            "gateway.mode", .choice(["local", "remote"]),
            "`local` runs the Gateway on this machine. `gateway run` starts only with `local` or `--allow-unconfigured`."
        ),
        ConfigKey("gateway.port", .integer(1...65_535), 18_789, guarded: true, "The one port for HTTP and WebSocket."),
        ConfigKey(
            "gateway.bind", .choice(["auto", "loopback", "lan", "tailnet", "custom"]), "loopback", guarded: true,
            "Which addresses are served: `loopback` this machine only, `lan` all, `tailnet` the Tailscale address, `custom` "
                + "the one in `gateway.customBindHost`, `auto` the loopback address if it can be used, else all."),
        ConfigKey("gateway.customBindHost", .string, guarded: true, "The address for `gateway.bind` `custom`."),
        ConfigKey(
            "gateway.trustedProxies", .strings, [], guarded: true,
            "Addresses of reverse proxies whose forwarding headers are believed."),
        ConfigKey(
            "gateway.allowRealIpFallback", .boolean, false, guarded: true,
            "Whether `X-Real-IP` of a trusted proxy counts when `X-Forwarded-For` is missing."),
        ConfigKey(
            "gateway.auth.mode", .choice(["none", "token", "password", "trusted-proxy"]), guarded: true,
            "How clients prove who they are. Without it: `password` when only a password is set, else `token`."),
        ConfigKey(
            "gateway.auth.token", .string, guarded: true,
            "The shared secret of mode `token`. It is generated and stored here when there is none."),
        ConfigKey("gateway.auth.password", .secret, guarded: true, "The shared secret of mode `password`."),
        ConfigKey(
            "gateway.auth.rateLimit.maxAttempts", .integer(whole), 10, guarded: true,
            "Failed attempts of one address before it is locked out."),
        ConfigKey(
            "gateway.auth.rateLimit.windowMs", .integer(whole), 60_000, guarded: true,
            "The time in which failed attempts are counted, in milliseconds."),
        ConfigKey(
            "gateway.auth.rateLimit.lockoutMs", .integer(whole), 300_000, guarded: true,
            "How long an address stays locked out, in milliseconds."),
        ConfigKey(
            "gateway.auth.rateLimit.exemptLoopback", .boolean, false, guarded: true,
            "Whether clients of this machine are never locked out. OpenClaw has `true`; then a page in a browser can guess "
                + "without end."),
        ConfigKey(
            "gateway.auth.trustedProxy.userHeader", .string, guarded: true,
            "The header in which a trusted proxy names the user; needed for mode `trusted-proxy`."),
        ConfigKey(
            "gateway.auth.trustedProxy.requiredHeaders", .strings, [], guarded: true,
            "Headers that a request of the proxy must have."),
        ConfigKey(
            "gateway.auth.trustedProxy.allowUsers", .strings, [], guarded: true,
            "The users that may come in; empty lets in all that the proxy names."),
        ConfigKey(
            "gateway.auth.trustedProxy.secret", .secret, guarded: true,
            "What the proxy must send in the header `X-OpenClaw-Proxy-Secret`, 24 characters or more. Needed for a proxy on this "
                + "machine, where any program could play it. OpenClaw has no such key."),
        ConfigKey(
            "gateway.auth.allowTailscale", .boolean, guarded: true,
            "Whether users whom Tailscale names need no token or password over WebSocket; their devices are approved all the same. "
                + "Without it: yes when `gateway.tailscale.mode` is `serve` and the mode is `token`."),
        ConfigKey(
            "gateway.tailscale.mode", .choice(["off", "serve", "funnel"]), "off", guarded: true,
            "Whether `tailscale` shows the Gateway with HTTPS: `serve` to your tailnet, `funnel` to the internet. Both need a "
                + "Gateway that itself serves this machine only, `funnel` also a password."),
        ConfigKey(
            "gateway.tailscale.resetOnExit", .boolean, false,
            "Whether Tailscale stops showing it when the Gateway stops."),
        ConfigKey(
            "gateway.remote.url", .string, guarded: true,
            "The Gateway elsewhere that commands use when `gateway.mode` is `remote`: `wss://host:port`, or `ws://` to this "
                + "machine."),
        ConfigKey(
            "gateway.remote.transport", .choice(["ssh", "direct"]), guarded: true,
            "How commands get there: `direct`, or `ssh` through `gateway.remote.sshTarget`. Without it: `ssh` when there is such "
                + "a target and `url` names no other machine."),
        ConfigKey(
            "gateway.remote.token", .secret, guarded: true,
            "The shared secret of the Gateway elsewhere, in mode `token`."),
        ConfigKey(
            "gateway.remote.password", .secret, guarded: true,
            "The shared secret of the Gateway elsewhere, in mode `password`."),
        ConfigKey(
            "gateway.remote.tlsFingerprint", .string, guarded: true,
            "The SHA-256 fingerprint of its certificate, which then is the only one accepted."),
        ConfigKey(
            "gateway.remote.sshTarget", .string, guarded: true,
            "The machine of the Gateway as `ssh` knows it: `user@host` or `user@host:port`."),
        ConfigKey(
            "gateway.remote.sshIdentity", .string, guarded: true, "The key file for `ssh`; without it `ssh` chooses."),
        ConfigKey(
            "gateway.tls.enabled", .boolean, false, guarded: true,
            "Whether the port speaks TLS, and nothing else. The command line of this machine trusts its certificate."),
        ConfigKey(
            "gateway.tls.autoGenerate", .boolean, true, guarded: true,
            "Whether the Gateway makes a certificate when `certPath` and `keyPath` are not set. It lies in `gateway/tls` in "
                + "the state directory."),
        ConfigKey(
            "gateway.tls.certPath", .string, guarded: true,
            "The certificate with its chain, a PEM file. A file that is named here must exist."),
        ConfigKey("gateway.tls.keyPath", .string, guarded: true, "The key of the certificate, a PEM file."),
        ConfigKey(
            "gateway.tls.caPath", .string, guarded: true,
            "Certificates of authorities that the Gateway sends after its own, a PEM file, for clients that know only the last "
                + "one. Clients need no certificate, with or without it."),
        ConfigKey("gateway.controlUi.enabled", .boolean, true, "Whether the page for browsers is served."),
        ConfigKey("gateway.controlUi.basePath", .string, "/", "The path below which the page is served."),
        ConfigKey("gateway.controlUi.root", .string, "A directory with the page's files, in place of those built in."),
        ConfigKey(
            "gateway.controlUi.allowedOrigins", .strings, [], guarded: true,
            "Origins of pages, besides the Gateway's own, that may connect."),
        ConfigKey(
            "gateway.controlUi.allowInsecureAuth", .boolean, false, guarded: true,
            "Whether the page may connect without a device key over plain HTTP."),
        ConfigKey(
            "gateway.controlUi.dangerouslyAllowHostHeaderOriginFallback", .boolean, false, guarded: true,
            "Whether an origin is accepted because it equals the Host header. Open to DNS rebinding."),
        ConfigKey(
            "gateway.controlUi.dangerouslyDisableDeviceAuth", .boolean, false, guarded: true,
            "Whether the page needs no device key at all."),
        ConfigKey(
            "gateway.reload.mode", .choice(["hybrid", "hot", "restart", "off"]), "hybrid",
            "What a change of the file does while the Gateway runs: `hybrid` puts into effect what can be and restarts for the "
                + "rest, `hot` never restarts, `restart` always does, `off` does nothing."),
        ConfigKey(
            "gateway.reload.debounceMs", .integer(count), 300,
            "How long a changed file is left alone before it is read, in milliseconds."),
        ConfigKey(
            "gateway.http.endpoints.chatCompletions.enabled", .boolean, false, guarded: true,
            "Whether `POST /v1/chat/completions` and `GET /v1/models` are served."),
        ConfigKey(
            "gateway.http.endpoints.responses.enabled", .boolean, false, guarded: true,
            "Whether `POST /v1/responses` and `GET /v1/models` are served."),
        ConfigKey(
            "gateway.http.endpoints.responses.maxBodyBytes", .integer(1...largestBody), guarded: true,
            "The most bytes of a request. Without it: 20 MiB, or twice the larger of `files.maxBytes` and `images.maxBytes` "
                + "where that is more."),
        ConfigKey(
            "gateway.http.endpoints.responses.maxUrlParts", .integer(0...100), 8, guarded: true,
            "The most parts of a request that are addresses."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.allowedMimes", .strings,
            ["text/plain", "text/markdown", "text/html", "text/csv", "application/json", "application/pdf"],
            guarded: true, "Media types of files that may be sent along. All must be text, or PDF."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.pdf.maxPages", .integer(1...1000), 4, guarded: true,
            "As many pages of a PDF file as the model reads. They are read by `pdftotext` of the package poppler-utils."
        ),
        ConfigKey(
            "gateway.http.endpoints.responses.files.maxBytes", .integer(1...largestPart), 5_242_880, guarded: true,
            "The most bytes of one file."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.maxChars", .integer(1...largestPart), 200_000, guarded: true,
            "As many characters of a file as the model reads."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.allowUrl", .boolean, true, guarded: true,
            "Whether files may be named by an address, which is then fetched. Addresses that are not public are never reached."
        ),
        ConfigKey(
            "gateway.http.endpoints.responses.files.urlAllowlist", .strings, [], guarded: true,
            "Hosts that files are fetched from, `*.` before a name for all below it; empty for every public host."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.maxRedirects", .integer(0...20), 3, guarded: true,
            "How often an address may lead on to another one."),
        ConfigKey(
            "gateway.http.endpoints.responses.files.timeoutMs", .integer(1...600_000), 10_000, guarded: true,
            "How long fetching may take, in milliseconds."),
        ConfigKey(
            "gateway.http.endpoints.responses.images.allowedMimes", .strings,
            ["image/jpeg", "image/png", "image/gif", "image/webp"], guarded: true,
            "Media types of images that may be sent along."),
        ConfigKey(
            "gateway.http.endpoints.responses.images.maxBytes", .integer(1...largestPart), 10_485_760, guarded: true,
            "The most bytes of one image."),
        ConfigKey(
            "gateway.http.endpoints.responses.images.allowUrl", .boolean, true, guarded: true,
            "Whether images may be named by an address, which is then fetched. Addresses that are not public are never reached."
        ),
        ConfigKey(
            "gateway.http.endpoints.responses.images.urlAllowlist", .strings, [], guarded: true,
            "Hosts that images are fetched from, `*.` before a name for all below it; empty for every public host."),
        ConfigKey(
            "gateway.http.endpoints.responses.images.maxRedirects", .integer(0...20), 3, guarded: true,
            "How often an address may lead on to another one."),
        ConfigKey(
            "gateway.http.endpoints.responses.images.timeoutMs", .integer(1...600_000), 10_000, guarded: true,
            "How long fetching may take, in milliseconds."),
        ConfigKey(
            "gateway.http.securityHeaders.strictTransportSecurity", .string,
            "The value of the header `Strict-Transport-Security`, for a Gateway that is reached by HTTPS only."),
        ConfigKey(
            "gateway.tools.deny", .strings, [], guarded: true,
            "Tools that `POST /tools/invoke` does not run, besides `sessions_spawn`, `sessions_send`, `cron`, `gateway` and "
                + "`whatsapp_login`."),
        ConfigKey(
            "gateway.tools.allow", .strings, [], guarded: true,
            "Tools of that list that `POST /tools/invoke` runs all the same."),
    ]
}
