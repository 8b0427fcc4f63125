import ArgumentParser

/// The options of every command that asks the Gateway.
struct RPCOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The Gateway's address.", valueName: "ws://…|wss://…"))
    var url: String?

    @Option(help: "The Gateway's token.")
    var token: String?

    @Option(help: "The Gateway's password.")
    var password: String?

    @Option(help: ArgumentHelp("How long to wait for an answer.", valueName: "ms"))
    var timeout = 10_000

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if timeout < 1 { throw ValidationError("--timeout takes milliseconds, from 1.") }
    }
}
