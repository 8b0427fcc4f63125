import ClawCore
import ClawSupport
import Synchronization

/// The windows of recently used sessions, so that a busy session does not read its file every turn. A window is good as long
/// as its file is in the state in which it was read; the writer carries it along when it appends.
final class WindowCache: Sendable {
    private struct Entry: Sendable {
        var window: TranscriptWindow
        var limit: Int
        var stamp: FileStamp
        var cost: Int
    }

    private let entries: Mutex<BoundedCache<String, Entry>>
    /// One window may take this share of the whole, so that a single long session does not drive out all others.
    private let largestWindow: Int

    /// `limit`: bytes of transcript lines that the cached windows were made of.
    init(limit: Int) {
        entries = Mutex(BoundedCache(limit: limit))
        largestWindow = limit / 4
    }

    func window(_ file: String, limit: Int, stamp: FileStamp) -> TranscriptWindow? {
        entries.withLock { entries in
            guard let entry = entries[file], entry.limit == limit, entry.stamp == stamp else { return nil }
            return entry.window
        }
    }

    func store(_ window: TranscriptWindow, of file: String, limit: Int, stamp: FileStamp, cost: Int) {
        guard cost <= largestWindow else { return }
        entries.withLock { entries in
            entries.set(Entry(window: window, limit: limit, stamp: stamp, cost: cost), for: file, cost: cost + 512)
        }
    }

    func remove(_ file: String) { entries.withLock { $0.remove(file) } }

    /// Adds what was appended when the file was in the cached state before; anything else forgets the window.
    func extend(
        _ file: String, from before: FileStamp?, to after: FileStamp, with added: [TranscriptEntry]
    ) {
        entries.withLock { entries in
            guard var entry = entries[file] else { return }
            entries.remove(file)
            guard let before, entry.stamp == before else { return }
            for item in added {
                guard case .message(let message, _) = item.body, item.parentID == entry.window.leafID else { return }
                entry.window.items.append(TranscriptWindow.Item(entryID: item.id, message: message))
                entry.window.leafID = item.id
            }
            entry.window.trim(to: entry.limit)
            entry.stamp = after
            entry.cost += Int(after.size - before.size)
            guard entry.cost <= largestWindow else { return }
            entries.set(entry, for: file, cost: entry.cost + 512)
        }
    }
}
