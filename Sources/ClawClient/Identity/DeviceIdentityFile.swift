package import ClawSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `identity/device.json` of a state directory: the key pair, mode 0600.
package struct DeviceIdentityFile: Sendable {
    /// What reading the file came to.
    package struct Loaded: Sendable {
        package let identity: DeviceIdentity
        /// A sentence for the person when the file had to be replaced or corrected; nil when all was well.
        package let notice: String?
    }

    package let path: String
    private let time: any TimeSource

    /// `stateDirectory` is an absolute path; the file need not exist.
    package init(stateDirectory: String, time: any TimeSource) {
        path = "\(stateDirectory)/identity/device.json"
        self.time = time
    }

    /// Reads the identity, and creates it when there is none. A file that cannot be read as an identity is kept under
    /// another name, never overwritten.
    package func loadOrCreate() throws(FileError) -> Loaded {
        guard let bytes = try AtomicFile.read(path, limit: 1 << 20) else {
            return Loaded(identity: try create(), notice: nil)
        }
        guard let object = Self.parse(bytes), let identity = Self.identity(in: object) else {
            let aside = "\(path).unreadable-\(ISOTimestamp.fileStamp(milliseconds: time.nowMilliseconds))"
            if rename(path, aside) != 0 { throw FileError(operation: "move aside", path: path, code: errno) }
            return Loaded(
                identity: try create(),
                notice: "The device identity could not be read; it is kept as \(aside), and a new one was made. "
                    + "The Gateway will ask to pair this device again.")
        }
        let notice = try correct(object, to: identity)
        return Loaded(identity: identity, notice: notice)
    }

    private func create() throws(FileError) -> DeviceIdentity {
        let identity = DeviceIdentity(createdAt: time.nowMilliseconds)
        let object: JSONObject = [
            "version": 1, "deviceId": .string(identity.deviceID),
            "publicKeyPem": .string(DeviceKeyText.publicPEM(identity.publicKey)),
            "privateKeyPem": .string(DeviceKeyText.privatePEM(identity.seed)),
            "createdAtMs": .int64(identity.createdAt),
        ]
        try write(object)
        return identity
    }

    /// Puts the id and the public key right when they do not belong to the private key; other members stay.
    private func correct(_ object: JSONObject, to identity: DeviceIdentity) throws(FileError) -> String? {
        guard object["privateKeyPem"] != nil else { return nil }
        var corrected = object
        let hasKey = object["publicKeyPem"]?.stringValue.flatMap(DeviceKeyText.publicKey) == identity.publicKey
        if !hasKey { corrected["publicKeyPem"] = .string(DeviceKeyText.publicPEM(identity.publicKey)) }
        corrected["deviceId"] = .string(identity.deviceID)
        if corrected == object { return nil }
        try write(corrected)
        return "The device id in \(path) did not belong to its key and was corrected."
    }

    private func write(_ object: JSONObject) throws(FileError) {
        try AtomicFile.makeDirectory(String(path.dropLast("/device.json".count)))
        try AtomicFile.write(Array((JSONValue.object(object).prettyText + "\n").utf8), to: path)
    }

    private static func parse(_ bytes: [UInt8]) -> JSONObject? {
        // A fault of the text is answered by moving the file aside.
        (try? JSONParser.parse(bytes, mode: .lenient))?.objectValue
    }

    /// The identity of the PEM form, or of the form that native apps write (`privateKey`: the seed in base64).
    private static func identity(in object: JSONObject) -> DeviceIdentity? {
        let pem = object["privateKeyPem"]?.stringValue.flatMap(DeviceKeyText.privateKey)
        guard let seed = pem ?? object["privateKey"]?.stringValue.flatMap({ Base64.decode($0) }) else { return nil }
        return DeviceIdentity(seed: seed, createdAt: object["createdAtMs"]?.intValue.map(Int64.init) ?? 0)
    }
}
