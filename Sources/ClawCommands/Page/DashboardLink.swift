import ClawClient
import ClawSupport

/// The address of the chat page that belongs to a Gateway.
struct DashboardLink: Sendable, Hashable {
    /// Without the token.
    let text: String

    init(_ endpoint: GatewayEndpoint) {
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        text = "\(endpoint.isEncrypted ? "https" : "http")://\(host):\(endpoint.port)/"
    }

    /// With the token behind `#`, which a browser keeps to itself.
    func text(with token: Redacted?) -> String {
        guard let token else { return text }
        var encoded = ""
        for byte in token.reveal().utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + HexText.encode([byte]).uppercased()
            }
        }
        return "\(text)#token=\(encoded)"
    }
}
