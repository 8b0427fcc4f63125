/// The text that a device signs to prove its key (gateway-protocol §5.2): fields joined by `|`.
package struct DeviceSignedText: Sendable, Hashable {
    private let common: String
    private let platform: String
    private let deviceFamily: String

    /// `role` is the resolved role, `nonce` that of the challenge, `signedAt` milliseconds since 1970.
    package init(
        deviceID: String, client: ConnectParams.Client, role: Role, scopes: [String], signedAt: Int64,
        auth: ConnectParams.Auth, nonce: String
    ) {
        let token = auth.token ?? auth.deviceToken ?? ""
        common = [
            deviceID, client.id, client.mode, role.rawValue, scopes.joined(separator: ","), String(signedAt), token,
            nonce,
        ].joined(separator: "|")
        platform = Self.normalize(client.platform)
        deviceFamily = Self.normalize(client.deviceFamily ?? "")
    }

    /// The form that clients of today sign.
    package var v3: String { "v3|\(common)|\(platform)|\(deviceFamily)" }

    /// The form that the Control UI signs.
    package var v2: String { "v2|\(common)" }

    /// Trims white space and lowers ASCII letters only, so that look-alike letters stay different.
    package static func normalize(_ text: String) -> String {
        var scalars = Substring(text).unicodeScalars
        while let first = scalars.first, first.properties.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.properties.isWhitespace { scalars.removeLast() }
        var output = String.UnicodeScalarView()
        for scalar in scalars {
            let isUpper = ("A"..."Z").contains(scalar)
            output.append(isUpper ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar)
        }
        return String(output)
    }
}
