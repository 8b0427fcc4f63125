package import ClawSupport
package import Crypto
import SwiftASN1

/// A certificate of an EC key that vouches for itself (RFC 5280).
package struct SelfSignedCertificate: Sendable {
    /// The common name of certificates that a Gateway makes for itself, by which they are known again.
    package static let commonName = "openclaw-gateway"

    /// DNS names for which it holds.
    package var hosts: [String]
    package var addresses: [IPAddress]
    /// Milliseconds since 1970, both included.
    package var notBefore: Int64
    package var notAfter: Int64
    /// Up to 20 bytes.
    package var serial: [UInt8]

    package init(hosts: [String], addresses: [IPAddress], notBefore: Int64, notAfter: Int64, serial: [UInt8]) {
        self.hosts = hosts
        self.addresses = addresses
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.serial = serial
    }

    /// The signed certificate in DER.
    package func signed(by key: P256.Signing.PrivateKey) throws -> [UInt8] {
        var body = DER.Serializer()
        try writeBody(into: &body, key.publicKey)
        let signature = try key.signature(for: body.serializedBytes).derRepresentation
        var whole = DER.Serializer()
        try whole.appendConstructedNode(identifier: .sequence) { whole in
            whole.serializeRawBytes(body.serializedBytes)
            try Self.writeAlgorithm(into: &whole)
            try whole.serialize(ASN1BitString(bytes: Array(signature)[...]))
        }
        return whole.serializedBytes
    }

    /// Whether a certificate in DER names itself as one that a Gateway made: subject and issuer are our common name alone.
    package static func isOurs(_ der: [UInt8]) -> Bool {
        // What cannot be read is not ours; whoever uses it says what is wrong with it.
        guard let name = try? encodedName(), let root = try? DER.parse(der), let body = children(root).first else {
            return false
        }
        // Version, serial number, algorithm, issuer, validity, subject.
        let fields = children(body)
        return fields.count > 5 && Array(fields[3].encodedBytes) == name && Array(fields[5].encodedBytes) == name
    }

    private static func children(_ node: ASN1Node) -> [ASN1Node] {
        guard case .constructed(let nodes) = node.content else { return [] }
        return Array(nodes)
    }

    private func writeBody(into body: inout DER.Serializer, _ key: P256.Signing.PublicKey) throws {
        try body.appendConstructedNode(identifier: .sequence) { body in
            // Version 3 is written as 2.
            try body.serialize(2, explicitlyTaggedWithTagNumber: 0, tagClass: .contextSpecific)
            body.appendPrimitiveNode(identifier: .integer) { bytes in
                // Positive, and never with a leading zero that DER forbids.
                bytes.append(serial[0] & 0x3F | 0x40)
                bytes += serial.dropFirst()
            }
            try Self.writeAlgorithm(into: &body)
            let name = try Self.encodedName()
            body.serializeRawBytes(name)
            try body.appendConstructedNode(identifier: .sequence) { validity in
                try Self.writeTime(notBefore, into: &validity)
                try Self.writeTime(notAfter, into: &validity)
            }
            body.serializeRawBytes(name)
            body.serializeRawBytes(key.derRepresentation)
            try body.serialize(explicitlyTaggedWithTagNumber: 3, tagClass: .contextSpecific) { body in
                try body.appendConstructedNode(identifier: .sequence) { try writeExtensions(into: &$0) }
            }
        }
    }

    /// It signs nothing but itself, so that whoever trusts it trusts no name besides those in it.
    private func writeExtensions(into list: inout DER.Serializer) throws {
        try Self.writeExtension([2, 5, 29, 19], isCritical: true, into: &list) { value in
            value.appendConstructedNode(identifier: .sequence) { _ in }
        }
        try Self.writeExtension([2, 5, 29, 15], isCritical: true, into: &list) { value in
            // digitalSignature is the first bit.
            try value.serialize(ASN1BitString(bytes: [0x80], paddingBits: 7))
        }
        try Self.writeExtension([2, 5, 29, 37], isCritical: false, into: &list) { value in
            try value.appendConstructedNode(identifier: .sequence) { usages in
                let serverAuthentication: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 1]
                try usages.serialize(serverAuthentication)
            }
        }
        try Self.writeExtension([2, 5, 29, 17], isCritical: false, into: &list) { value in
            value.appendConstructedNode(identifier: .sequence) { names in
                let dns = ASN1Identifier(tagWithNumber: 2, tagClass: .contextSpecific)
                for host in hosts { names.appendPrimitiveNode(identifier: dns) { $0 += Array(host.utf8) } }
                let ip = ASN1Identifier(tagWithNumber: 7, tagClass: .contextSpecific)
                for address in addresses { names.appendPrimitiveNode(identifier: ip) { $0 += address.bytes } }
            }
        }
    }

    private static func writeExtension(
        _ id: ASN1ObjectIdentifier, isCritical: Bool, into list: inout DER.Serializer,
        _ write: (inout DER.Serializer) throws -> Void
    ) throws {
        var value = DER.Serializer()
        try write(&value)
        try list.appendConstructedNode(identifier: .sequence) { list in
            try list.serialize(id)
            if isCritical { try list.serialize(true) }
            try list.serialize(ASN1OctetString(contentBytes: value.serializedBytes[...]))
        }
    }

    /// ECDSA with SHA-256.
    private static func writeAlgorithm(into coder: inout DER.Serializer) throws {
        try coder.appendConstructedNode(identifier: .sequence) { coder in
            let id: ASN1ObjectIdentifier = [1, 2, 840, 10_045, 4, 3, 2]
            try coder.serialize(id)
        }
    }

    private static func encodedName() throws -> [UInt8] {
        var coder = DER.Serializer()
        try coder.appendConstructedNode(identifier: .sequence) { name in
            try name.appendConstructedNode(identifier: .set) { part in
                try part.appendConstructedNode(identifier: .sequence) { part in
                    let commonNameID: ASN1ObjectIdentifier = [2, 5, 4, 3]
                    try part.serialize(commonNameID)
                    try part.serialize(ASN1UTF8String(commonName))
                }
            }
        }
        return coder.serializedBytes
    }

    /// Years from 2050 on have a form of their own.
    private static func writeTime(_ milliseconds: Int64, into coder: inout DER.Serializer) throws {
        let date = CivilDate(milliseconds: milliseconds)
        let seconds = Int(milliseconds - date.startMilliseconds) / 1000
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60)
        if date.year < 2050 {
            try coder.serialize(
                UTCTime(
                    year: date.year, month: date.month, day: date.day, hours: hours, minutes: minutes,
                    seconds: seconds % 60))
        } else {
            try coder.serialize(
                GeneralizedTime(
                    year: date.year, month: date.month, day: date.day, hours: hours, minutes: minutes,
                    seconds: seconds % 60, fractionalSeconds: 0))
        }
    }
}
