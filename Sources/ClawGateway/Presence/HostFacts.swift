import ClawSupport
import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What this machine says about itself in the presence list.
package struct HostFacts: Sendable, Hashable {
    package var name: String
    /// The first address that other machines may know; nil when there is none.
    package var address: String?
    /// Such as `linux 6.8.0`.
    package var platform: String
    package var deviceFamily: String
    package var modelIdentifier: String

    package init(name: String, address: String?, platform: String, deviceFamily: String, modelIdentifier: String) {
        self.name = name
        self.address = address
        self.platform = platform
        self.deviceFamily = deviceFamily
        self.modelIdentifier = modelIdentifier
    }

    /// Asks the operating system.
    package static func current() -> HostFacts {
        var facts = utsname()
        uname(&facts)
        let machine = text(facts.machine)
        let architecture = ["x86_64": "x64", "aarch64": "arm64"][machine] ?? machine
        #if canImport(Darwin)
            let (system, family) = ("macos", "Mac")
        #else
            let (system, family) = ("linux", "Linux")
        #endif
        return HostFacts(
            name: text(facts.nodename), address: firstAddress(), platform: "\(system) \(text(facts.release))",
            deviceFamily: family, modelIdentifier: architecture)
    }

    func presence(version: String, now: Int64) -> JSONValue {
        var fields: JSONObject = ["host": .string(name)]
        fields.set("ip", address)
        fields["version"] = .string(version)
        fields["platform"] = .string(platform)
        fields["deviceFamily"] = .string(deviceFamily)
        fields["modelIdentifier"] = .string(modelIdentifier)
        fields["mode"] = "gateway"
        fields["reason"] = "self"
        let place = address.map { " (\($0))" } ?? ""
        fields["text"] = .string("Gateway: \(name)\(place) · app \(version) · mode gateway · reason self")
        fields["ts"] = .int64(now)
        return .object(fields)
    }

    /// Every address of this machine, in the order of its interfaces.
    package static func interfaces() throws -> [HostInterface] {
        // Addresses that only hold on one link have a zone, which no peer address of ours has.
        try System.enumerateDevices().compactMap { device in
            device.address?.ipAddress.flatMap { IPAddress($0.prefix { $0 != "%" }) }.map {
                HostInterface(name: device.name, address: $0)
            }
        }
    }

    private static func firstAddress() -> String? {
        // Without a list of interfaces the entry only lacks its address.
        let addresses = ((try? interfaces()) ?? []).map(\.address)
        return addresses.first { $0.bytes.count == 4 && !$0.isLoopback }?.description
    }

    private static func text<Field>(_ field: Field) -> String {
        withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
