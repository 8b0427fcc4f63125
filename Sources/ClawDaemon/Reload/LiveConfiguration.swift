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

    init(
        _ snapshot: ConfigSnapshot, location: ConfigLocation, transport: any HTTPTransport, time: any TimeSource,
        entropy: any Entropy
    ) {
        let makeModels: @Sendable (ConfigSnapshot) -> ModelDirectory = { snapshot in
            let models = ModelDirectory(
                snapshot, location: location, transport: transport, time: time, entropy: entropy)
            if let problem = models.credentialProblem {
                Logger(label: "openclaw.models").warning(
                    "stored keys are not used", metadata: ["reason": "\(problem)"])
            }
            return models
        }
        self.makeModels = makeModels
        self.snapshot = Live(snapshot)
        configuration = Live(snapshot.configuration)
        models = Live(makeModels(snapshot))
        access = Live(Catalogue.access(snapshot.configuration, environment: snapshot.environment))
    }

    /// The models as a configuration names them that is not in effect.
    func models(of snapshot: ConfigSnapshot) -> ModelDirectory { makeModels(snapshot) }

    func replace(with snapshot: ConfigSnapshot) {
        models.replace(with: makeModels(snapshot))
        access.replace(with: Catalogue.access(snapshot.configuration, environment: snapshot.environment))
        configuration.replace(with: snapshot.configuration)
        self.snapshot.replace(with: snapshot)
    }
}
