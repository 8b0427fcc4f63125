import ArgumentParser

/// `openclaw config` without a word after it.
struct ConfigWizard: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wizard", abstract: "Change the set-up with questions, as `openclaw configure` does.",
        discussion: "`openclaw config` alone does this, too.")

    @OptionGroup var configure: Configure

    func run() async throws { try await configure.run() }
}
