package import ClawConfig
import ClawStore
package import ClawSupport

/// Which secrets stand in files of this installation themselves, and which references lead nowhere. Holds no secret.
package struct SecretAudit: Sendable {
    package enum Status: String, Sendable, Hashable {
        case clean
        case findings
        /// A reference leads to no secret.
        case unresolved
    }

    package enum Code: String, Sendable, Hashable {
        case plaintext = "PLAINTEXT_FOUND"
        case unresolved = "REF_UNRESOLVED"
        /// A secret stands beside the reference, which counts.
        case shadowed = "REF_SHADOWED"
        case legacy = "LEGACY_RESIDUE"
    }

    package struct Finding: Sendable, Hashable {
        package let code: Code
        package let file: String
        /// The place in the file.
        package let path: String
        package let message: String

        package var text: String { "\(path) in \(file): \(message)" }

        var json: JSONValue {
            [
                "code": .string(code.rawValue), "file": .string(file), "jsonPath": .string(path),
                "message": .string(message),
            ]
        }
    }

    package private(set) var findings: [Finding] = []

    package var status: Status {
        if findings.contains(where: { $0.code == .unresolved }) { return .unresolved }
        return findings.isEmpty ? .clean : .findings
    }

    private func count(_ code: Code) -> Int { findings.count { $0.code == code } }

    package var summary: String {
        "\(count(.plaintext)) in plain text, \(count(.unresolved)) unresolved, \(count(.shadowed)) shadowed, "
            + "\(count(.legacy)) of old files."
    }

    package var json: JSONValue {
        [
            "status": .string(status.rawValue),
            "summary": [
                "plaintextCount": .int(count(.plaintext)), "unresolvedRefCount": .int(count(.unresolved)),
                "shadowedRefCount": .int(count(.shadowed)), "legacyResidueCount": .int(count(.legacy)),
            ],
            "findings": .array(findings.map(\.json)),
        ]
    }

    /// Asks every provider in use.
    package static func run(_ snapshot: ConfigSnapshot, in location: ConfigLocation) async -> SecretAudit {
        var audit = SecretAudit()
        // As it is written: `${NAME}` is a reference.
        for slot in SecretSlot.all(in: snapshot.parsed, channels: Catalogue.channelIDs) {
            if slot.isPlain {
                audit.add(.plaintext, snapshot.path, slot.path.description, "The secret itself stands here.")
            } else if slot.isActive, let reference = slot.reference, reference.source == .env,
                snapshot.secret(reference) == nil
            {
                audit.add(
                    .unresolved, snapshot.path, slot.path.description,
                    "The variable \(reference.id) is not set, or may not be named.")
            }
        }
        let secrets = await SecretResolution.take(snapshot, in: location)
        for failure in secrets.failures {
            audit.add(.unresolved, snapshot.path, failure.path, "\(failure.reference): \(failure.fault)")
        }
        for file in StoredCredentials.files(snapshot.configuration, in: location) {
            // One that cannot be read is told by `models status`.
            for profile in (try? file.read())?.profiles ?? [] {
                let path = "profiles.\(profile.id)"
                if profile.kind == .oauth || profile.secret == nil { continue }
                if profile.reference == nil {
                    audit.add(.plaintext, file.path, path, "The secret itself stands here.")
                } else {
                    audit.add(.shadowed, file.path, path, "A secret stands beside the reference, which counts.")
                }
            }
            let old = "\(FilePath.parent(file.path))/auth.json"
            if AtomicFile.exists(old) {
                audit.add(.legacy, old, "", "An old file with credentials, which is not read.")
            }
        }
        return audit
    }

    private mutating func add(_ code: Code, _ file: String, _ path: String, _ message: String) {
        findings.append(Finding(code: code, file: file, path: path, message: message))
    }
}
