import ClawSupport
import ClawTestKit
import FoundationEssentials

/// Programs `systemctl`, `loginctl` and `launchctl` that answer as the real ones do and keep their state in files.
struct ScriptedSystemd: Sendable {
    let folder: TemporaryDirectory

    init(isReachable: Bool = true, lingers: Bool = false) throws {
        folder = try TemporaryDirectory("systemd")
        let systemctl = """
            #!/bin/sh
            state=\(folder.path)
            echo "systemctl $*" >> $state/calls
            \(isReachable ? "" : "echo 'Failed to connect to bus: No medium found' >&2; exit 1")
            shift
            verb=$1
            for unit; do :; done
            file=$XDG_CONFIG_HOME/systemd/user/$unit
            missing() { echo "Failed to $verb $unit: Unit $unit not found." >&2; exit 5; }
            case $verb in
            show)
                load=not-found; [ -e "$file" ] && load=loaded
                active=inactive; pid=0; [ -e $state/active ] && active=active && pid=4711
                unitfile=; [ -e "$file" ] && unitfile=disabled; [ -e $state/enabled ] && unitfile=enabled
                printf 'MainPID=%s\\nExecMainStatus=0\\nLoadState=%s\\nActiveState=%s\\nSubState=running\\nUnitFileState=%s\\n' \\
                    $pid $load $active $unitfile ;;
            daemon-reload) ;;
            enable) [ -e "$file" ] || missing; : > $state/enabled; echo "Created symlink x." >&2 ;;
            disable) rm -f $state/enabled $state/active ;;
            start | restart) [ -e "$file" ] || missing; : > $state/active ;;
            stop) rm -f $state/active ;;
            *) exit 64 ;;
            esac
            """
        try program("systemctl", systemctl)
        try program("loginctl", "#!/bin/sh\necho Linger=\(lingers ? "yes" : "no")\n")
        let launchctl = """
            #!/bin/sh
            state=\(folder.path)
            echo "launchctl $*" >> $state/calls
            case $1 in
            print) [ -e $state/loaded ] || { echo "Could not find service" >&2; exit 113; }
                printf 'gui/501/x = {\\n\\tstate = running\\n\\tpid = 4711\\n\\tlast exit code = 0\\n\\tsub = {\\n\\t\\tstate = active\\n' ;;
            bootstrap) [ -e "$3" ] || { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }; : > $state/loaded ;;
            bootout) [ -e $state/loaded ] || { echo "Boot-out failed: 3: No such process" >&2; exit 3; }; rm $state/loaded ;;
            kickstart) [ -e $state/loaded ] || exit 113 ;;
            *) exit 64 ;;
            esac
            """
        try program("launchctl", launchctl)
    }

    /// The calls since the last look.
    func takeCalls() throws -> [String] {
        let calls = folder.read("calls") ?? ""
        try folder.write("", to: "calls")
        return calls.split(separator: "\n").map(String.init)
    }

    private func program(_ name: String, _ text: String) throws {
        try AtomicFile.write(Array(text.utf8), to: "\(folder.path)/\(name)", mode: 0o755)
    }
}
