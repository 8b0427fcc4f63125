extension GatewayConfiguration.TLS {
    /// Nil for plain text, and when a path is missing that nothing stands in for.
    init?(_ reader: ConfigReader) {
        guard reader.bool("enabled") else { return nil }
        chainPath = reader.string("caPath")
        switch (reader.string("certPath"), reader.string("keyPath")) {
        case (let certificate?, let key?): source = .files(certificate: certificate, key: key)
        case (nil, nil) where reader.bool("autoGenerate"): source = .generated
        default: return nil
        }
    }

    /// Where the certificate lies that the Gateway makes for itself, in this state directory.
    package static func generatedCertificatePath(in stateDirectory: String) -> String {
        "\(stateDirectory)/gateway/tls/gateway-cert.pem"
    }

    /// Where its key lies.
    package static func generatedKeyPath(in stateDirectory: String) -> String {
        "\(stateDirectory)/gateway/tls/gateway-key.pem"
    }
}
