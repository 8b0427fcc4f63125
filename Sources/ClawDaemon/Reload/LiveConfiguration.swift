import ClawConfig
import ClawCore
import ClawGateway
import ClawProviders
import ClawSupport
import Logging

/// The configuration that the Gateway runs with, in the forms that its parts read, each a snapshot that is replaced whole: a
/// part takes one for one piece of work and never keeps it.
struct LiveConfiguration: Sendable {
    let snapshot: Live<ConfigSnapshot>
    let configuration: Live<Configuration>
    let models: Live<ModelDirectory>
    let access: Live<[ChannelRegistry.Key: ChannelAccess]>
    private let makeModels: @Sendable (ConfigSnapshot) -> ModelDirectory

    init(_ snapshot: ConfigSnapshot, transport: any HTTPTransport, time: any TimeSource, entropy: any Entropy) {
        let makeModels: @Sendable (ConfigSnapshot) -> ModelDirectory = {
            ModelDirectory($0, transport: transport, time: time, entropy: entropy)
        }
        self.makeModels = makeModels
        self.snapshot = Live(snapshot)
        configuration = Live(snapshot.configuration)
        models = Live(makeModels(snapshot))
        access = Live(Catalogue.access(snapshot.configuration, environment: snapshot.environment))
    }

    func replace(with snapshot: ConfigSnapshot) {
        models.replace(with: makeModels(snapshot))
        access.replace(with: Catalogue.access(snapshot.configuration, environment: snapshot.environment))
        configuration.replace(with: snapshot.configuration)
        self.snapshot.replace(with: snapshot)
    }
}
