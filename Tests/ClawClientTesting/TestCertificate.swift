import NIOSSL

/// A certificate for `localhost` and 127.0.0.1 that nobody trusts, and its key; made for these tests alone.
package enum TestCertificate {
    package static let fingerprint = "1ec0dc77b2d09f74e2ad9454631cb4e0501ceb733517e250ff725494dcb9f66a"

    static func serverConfiguration() throws -> TLSConfiguration {
        let certificate = try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
        return TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(certificate)], privateKey: .privateKey(key))
    }

    package static let keyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfxUU5o1fdPXEuOqu
        2ePWvFeANUIxBVuei/Jo3qjVS9WhRANCAASYYbEuc5ISojz3WCJ0/odNmi3qZcwL
        jpgPDPr5QkIuTxUAgIFerHj5i45u9oar89/pBtSbthATZEQWmKIfX9CD
        -----END PRIVATE KEY-----
        """

    /// The key of no certificate here.
    package static let foreignKeyPEM = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrv8zQA6V+ml5tfm+
        qD27AKR3T/47cNUAXhLkqP+2njShRANCAAS/uBz73f/Dt2jK+deIYnYGrQAfWaNw
        gTAPd5d/Dqdsl41ySnASFh5bIUkMX0nHYvCOC9R4zVvR/1TjV+wrMS+I
        -----END PRIVATE KEY-----
        """

    package static let certificatePEM = """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIUY9KSSscYMEbXEcDVEVrYN9sJhUQwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAwMjUyN1oYDzIxMjYxMDMw
        MDAyNTI3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAASYYbEuc5ISojz3WCJ0/odNmi3qZcwLjpgPDPr5QkIuTxUAgIFerHj5
        i45u9oar89/pBtSbthATZEQWmKIfX9CDo28wbTAdBgNVHQ4EFgQUDjbUiFQ4S1gZ
        ztK9j5fiXvyBAXswHwYDVR0jBBgwFoAUDjbUiFQ4S1gZztK9j5fiXvyBAXswDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSQAwRgIhAKap0J34M2u6DV+qioYFwntYWiF0NTIUj9wQtk8SNb6OAiEA
        gPJwyDkliqKn2yRBPc0bIoBOALmP7Ak6WPSR49HZVpA=
        -----END CERTIFICATE-----
        """
}
