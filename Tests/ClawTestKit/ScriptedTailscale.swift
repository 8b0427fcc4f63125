import FoundationEssentials

/// A program `tailscale` that answers as the real one does, from files that a test writes, and notes how it was called.
package final class ScriptedTailscale: Sendable {
    package static let name = "box.tail1234.ts.net"

    private let directory: TemporaryDirectory

    /// One that is logged in and shows nothing.
    package init() throws {
        directory = try TemporaryDirectory("tailscale")
        try directory.write(Self.script, to: "bin/tailscale")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: "\(directory.path)/bin/tailscale")
        try setState("Running")
        try setShown("{}")
    }

    /// A `PATH` on which it comes first.
    package var path: String { "\(directory.path)/bin:/usr/bin:/bin" }

    /// Its arguments at each call so far.
    package var calls: [String] { (directory.read("calls") ?? "").split(separator: "\n").map(String.init) }

    /// `Running`, `NeedsLogin`, `Stopped`.
    package func setState(_ state: String) throws {
        let name = state == "NeedsLogin" ? "" : "\(Self.name)."
        try directory.write(
            #"{"Version":"1.90.0","BackendState":"\#(state)","Self":{"HostName":"box","DNSName":"\#(name)"}}"#,
            to: "status.json")
    }

    /// What `tailscale serve status --json` says.
    package func setShown(_ json: String) throws { try directory.write(json, to: "serve.json") }

    package var shown: String { directory.read("serve.json") ?? "" }

    /// Another program's handler at a path of the same name, which stays whatever happens at the root.
    package func setOther(_ handler: String) throws { try directory.write(handler, to: "other") }

    /// Makes `account` the owner of the device with this address.
    package func setOwner(_ account: String, of address: String, tags: String = "") throws {
        try directory.write(
            #"{"Node":{"Name":"phone.tail1234.ts.net."\#(tags)},"UserProfile":{"LoginName":"\#(account)"}}"#,
            to: "whois-\(address)")
    }

    /// The faults that it can have: `down` (no daemon), `denied` (may not change anything), `slow` (does not answer), `garbage`.
    package func setFault(_ name: String, _ isOn: Bool = true) throws {
        if isOn {
            try directory.write("", to: "fault-\(name)")
        } else {
            try FileManager.default.removeItem(atPath: "\(directory.path)/fault-\(name)")
        }
    }

    private static let script = #"""
        #!/bin/sh
        here=$(dirname "$0")/..
        echo "$*" >> "$here/calls"
        if [ -e "$here/fault-slow" ]; then exec sleep 60; fi
        if [ -e "$here/fault-garbage" ]; then echo "not JSON"; exit 0; fi
        if [ -e "$here/fault-down" ]; then
            echo "failed to connect to local tailscaled; it doesn't appear to be running" >&2
            exit 1
        fi
        show() {
            other=$(cat "$here/other" 2>/dev/null)
            if [ -n "$1" ] && [ -n "$other" ]; then other=",$other"; fi
            printf '{"TCP":{"443":{"HTTPS":true}},"Web":{"box.tail1234.ts.net:443":{"Handlers":{%s%s}}}%s}' \
                "$1" "$other" "$2" > "$here/serve.json"
        }
        case "$*" in
        "status --json") cat "$here/status.json" ;;
        "serve status --json") cat "$here/serve.json" ;;
        "whois --json "*)
            if [ -e "$here/whois-$3" ]; then cat "$here/whois-$3"; else echo "peer not found" >&2; exit 1; fi ;;
        *)
            if [ -e "$here/fault-denied" ]; then
                echo "sending serve config: Access denied: serve config denied" >&2
                exit 1
            fi
            case "$*" in
            "serve --bg --yes "*) show "\"/\":{\"Proxy\":\"$4\"}" "" ;;
            "funnel --bg --yes "*) show "\"/\":{\"Proxy\":\"$4\"}" ",\"AllowFunnel\":{\"box.tail1234.ts.net:443\":true}" ;;
            "serve --yes --https=443 --set-path=/ off") show "" "" ;;
            "serve reset") echo '{}' > "$here/serve.json" ;;
            *) echo "unknown: $*" >&2; exit 2 ;;
            esac ;;
        esac

        """#
}
