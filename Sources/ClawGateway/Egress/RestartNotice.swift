import ClawCore
package import ClawStore
import ClawSupport
import Logging
import ServiceLifecycle

/// Tells whoever asked for a restart that it has happened: the session by a system event, and the chat in which the session was
/// spoken to last by a message, when the request came from a session (state-layout §9).
///
/// The message is in the outbox before the note goes, under a key of the note: a crash between the two neither loses it nor
/// tells it twice.
package struct RestartNotice: Service {
    package struct Ports: Sendable {
        package var directory: StateDirectory
        package var journal: Journal
        package var sessions: ClientSessions
        package var channels: ChannelRegistry
        package var events: SystemEventQueue
        package var wakeOutbox: @Sendable () -> Void

        package init(
            directory: StateDirectory, journal: Journal, sessions: ClientSessions, channels: ChannelRegistry,
            events: SystemEventQueue, wakeOutbox: @escaping @Sendable () -> Void
        ) {
            self.directory = directory
            self.journal = journal
            self.sessions = sessions
            self.channels = channels
            self.events = events
            self.wakeOutbox = wakeOutbox
        }
    }

    private let ports: Ports
    private let note: RestartNote?
    private let logger = Logger(label: "openclaw.restart")

    /// Reads the note and puts the event before whatever the session hears next. Before anything runs: it reads a small file.
    package init(_ ports: Ports) {
        self.ports = ports
        do {
            note = try RestartNote.read(from: ports.directory)
        } catch {
            note = nil
            logger.warning("the note of a restart cannot be read", metadata: ["error": "\(error)"])
        }
        guard let note else { return }
        let session = session(of: note)
        ports.events.add(note.text, to: session)
        logger.notice("restarted as asked", metadata: ["session": "\(session)"])
    }

    package func run() async throws {
        await deliver()
        try await gracefulShutdown()
    }

    /// Puts the message into the outbox and takes the note away.
    package func deliver() async {
        guard let note else { return }
        do {
            let texts = try await messages(note)
            for (position, message) in texts.enumerated() {
                _ = try await ports.journal.admit(
                    NewWork(
                        kind: .delivery, dedupeKey: "restart-note:\(note.id):\(position)", payload: message.payload,
                        session: session(of: note)))
            }
            if !texts.isEmpty { ports.wakeOutbox() }
            let directory = ports.directory
            try await FileWork.shared.run { try note.remove(from: directory) }
        } catch is CancellationError {
            // The next start tells it.
        } catch {
            logger.error("a restart cannot be told; the next start tries again", metadata: ["error": "\(error)"])
        }
    }

    private func session(of note: RestartNote) -> SessionKey {
        let keys = ports.sessions.keys
        return note.sessionKey.flatMap(keys.resolve) ?? keys.mainSession
    }

    /// What the chat is told; nothing when nobody asked from a session, or when the session is in no chat.
    private func messages(_ note: RestartNote) async throws -> [OutboundMessage] {
        guard note.sessionKey != nil else { return [] }
        let session = session(of: note)
        let entry = try await ports.sessions.store.record(session)?.entry ?? [:]
        guard let route = note.route ?? SessionRoute(entry: entry), entry["sendPolicy"] != "deny" else { return [] }
        guard let channel = ports.channels.channel(route.channel, route.account),
            let peer = ports.channels.target(route.target, on: route.channel)
        else {
            logger.notice(
                "the chat that asked for the restart cannot be told",
                metadata: ["channel": "\(route.channel)", "session": "\(session)"])
            return []
        }
        let chunker = TextChunker(limit: channel.capabilities.textLimit, splitsParagraphs: false)
        return chunker.split(note.text).map { part in
            OutboundMessage(
                agent: ports.sessions.agent(of: session), channel: channel.id, account: channel.account, peer: peer,
                text: part, thread: route.thread)
        }
    }
}
