import ClawCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

exit(await CommandLineTool.run(arguments: Array(CommandLine.arguments.dropFirst())))
