/// What `openclaw --help` prints on terminals of 80 columns and more, ready made: making it anew means looking into every
/// command, which takes longer than all the rest. A test compares it with what the commands say.
enum RootHelp {
    static let width = 80

    static let text = """
        OVERVIEW: Your own assistant: a Gateway that owns its channels, sessions and
        agents, and this command line.

        Every command takes, before or after its name:
          --profile <name>     Use the state directory ~/.openclaw-<name>.
          --dev                Use the profile dev and port 19001.
          --no-color           Print without colours, as NO_COLOR=1 does.
          --log-level <level>  One of silent, fatal, error, warn, info, debug, trace.

        `openclaw --version` prints the version.
        Start with `openclaw gateway run`, then `openclaw status`.

        USAGE: openclaw <subcommand>

        OPTIONS:
          -h, --help              Show help information.

        SUBCOMMANDS:
          gateway                 The Gateway: the process that owns channels, sessions
                                  and agents.
          agent                   Send a message to an agent and print its answer.
          agents                  The agents of this installation: list, make, name and
                                  delete them.
          status                  Show the Gateway, its channels and sessions, and what
                                  to do next.
          health                  Ask the Gateway how it is; fails when it does not
                                  answer.
          system                  Tell the main session what happened, and see who is
                                  there.
          sessions                List the sessions, the last used first, or clean them
                                  up.
          usage                   Show the tokens that were used and what they cost.
          channels                The chat networks that the Gateway is connected to.
          pairing                 People who wrote to a channel and wait to be let in;
                                  the Gateway need not run.
          devices                 The devices that may connect to the Gateway, and
                                  those that ask to.
          config                  Read and change the configuration file; the Gateway
                                  need not run.
          logs                    Show the Gateway's log.
          dashboard               Print the link to the chat page, and open it in a
                                  browser.
          qr                      Show the code by which a phone finds this Gateway and
                                  may ask to be let in.
          security                Check that this installation is safe.
          secrets                 Keys that lie outside the configuration: check them,
                                  take them anew.
          models                  The models that agents use, and the keys to them; the
                                  Gateway need not run.
          setup                   Make the configuration, the workspace and the folders
                                  for sessions.
          onboard                 Set everything up, with questions or with options, up
                                  to a working chat.
          configure               Change the set-up with questions.
          doctor                  Look for what is wrong with this installation, and
                                  repair it with --fix.
          why                     Tell what became of a message or a run, and why.
          backup                  Keep everything of this installation in one encrypted
                                  file.
          reset                   Begin anew: move configuration, keys, sessions or
                                  everything aside.
          uninstall               Remove the service, and take state and workspaces out
                                  of use.
          completion              Let the shell complete commands and options.

          See 'openclaw help <subcommand>' for detailed help.
        """
}
