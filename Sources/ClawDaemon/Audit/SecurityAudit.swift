import ClawAgent
import ClawChannelKit
package import ClawConfig
import ClawCore
import ClawGateway
import ClawStore
package import ClawSupport

/// The security audit of an installation, whether its Gateway runs or not.
package enum SecurityAudit {
    /// Reads what the checks look at and runs them. The file counts as it is written, even where it is not valid.
    ///
    /// - Parameter known: the file as it was read a moment ago; one in safe mode is read anew.
    package static func run(
        _ file: ConfigFile, known: ConfigSnapshot? = nil, time: any TimeSource
    ) async -> AuditReport {
        let snapshot = known.flatMap { $0.isValid ? $0 : nil } ?? file.inspect()
        var subject = AuditSubject(snapshot, files: AuditedFile.all(snapshot, in: file.location))
        subject.channels = await channels(snapshot, file.location, time)
        subject.agents = agents(snapshot.configuration)
        return AuditReport(time: time.nowMilliseconds, findings: AuditCheck.run(subject))
    }

    private static func channels(
        _ snapshot: ConfigSnapshot, _ location: ConfigLocation, _ time: any TimeSource
    ) async -> [AuditSubject.Channel] {
        let store = ChannelPairingStore(
            directory: StateDirectory(root: location.stateDirectory), time: time, entropy: SystemEntropy())
        let sections = snapshot.configuration.channels
        var channels: [AuditSubject.Channel] = []
        for (name, value) in sections where name != "defaults" && name != "modelByChannel" {
            guard let section = value.objectValue else { continue }
            for account in ChannelAccounts.ids(in: section) {
                let merged = ChannelAccounts.merged(section, account: account)
                let (settings, _) = ChannelSettings.decode(
                    merged, path: "channels.\(name)",
                    defaultGroupPolicy: sections["defaults"]?["groupPolicy"]?.stringValue.flatMap(GroupPolicy.init))
                if !settings.enabled { continue }
                var channel = AuditSubject.Channel(id: name, account: account.rawValue)
                let asked = merged["dmPolicy"]?.stringValue ?? merged["dm"]?["policy"]?.stringValue
                channel.dmPolicy =
                    asked.flatMap(AuditSubject.Channel.Policy.init) ?? .init(rawValue: settings.dmPolicy.rawValue)
                    ?? .disabled
                channel.groupPolicy = .init(rawValue: settings.groupPolicy.rawValue) ?? .disabled
                channel.allowFrom = settings.allowFrom
                channel.allowsNameMatching = settings.dangerouslyAllowNameMatching
                // A store that cannot be read lets nobody in, and the doctor tells.
                channel.pairedSenders =
                    (try? await store.allowedSenders(channel: ChannelID(name), account: account)) ?? []
                channels.append(channel)
            }
        }
        return channels
    }

    /// Tools that change or reach something, of those that this program has.
    private static let tools: Set<String> = ["read", "write", "edit"]

    private static func agents(_ configuration: Configuration) -> [AuditSubject.Agent] {
        configuration.agents.ids.map { id in
            let choice = configuration.agents.model(of: id)
            let aliases = configuration.agents.defaults.models
            let names = (choice?.primary.map { [$0] } ?? []) + (choice?.fallbacks ?? [])
            let models = names.map { name in
                aliases.first { $0.alias?.lowercased() == name.lowercased() }?.reference ?? name
            }
            let policy = ToolPolicy(global: configuration.tools, agent: configuration.agents[id].tools)
                .resolved(for: tools)
            return AuditSubject.Agent(
                id: id.rawValue, models: models,
                tools: tools.filter { policy.objection(to: $0, senderIsOwner: false) == nil })
        }
    }
}
