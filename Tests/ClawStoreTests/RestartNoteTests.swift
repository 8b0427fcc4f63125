import ClawCore
import ClawStore
import ClawSupport
import ClawTestKit
import Testing

struct RestartNoteTests {
    private let folder: TemporaryDirectory
    private let directory: StateDirectory

    init() throws {
        folder = try TemporaryDirectory("restart-note")
        directory = StateDirectory(root: folder.path)
    }

    @Test func aNoteStaysUntilItIsTakenAway() throws {
        let note = RestartNote(payload: [
            "kind": "config-apply", "status": "ok", "ts": 7, "sessionKey": "agent:main:main", "message": "Moved.",
        ])
        #expect(try note.leave(in: directory) == "\(folder.path)/restart-sentinel.json")
        #expect(
            folder.read("restart-sentinel.json")
                == #"{"version":1,"payload":{"kind":"config-apply","status":"ok","ts":7,"sessionKey":"agent:main:main","message":"Moved."}}"#
        )
        #expect(try RestartNote.read(from: directory) == note)
        #expect(note.text == "The Gateway has restarted (config-apply, ok). Moved.")
        var newer = note
        newer.payload["ts"] = 8
        // A newer one that was left meanwhile is not this one's to take.
        try newer.remove(from: directory)
        #expect(try RestartNote.read(from: directory) == note)
        #expect(newer.id != note.id)
        try note.remove(from: directory)
        #expect(try RestartNote.read(from: directory) == nil)
        try note.remove(from: directory)
    }

    /// What another program wrote, or half of a file, is not ours to delete.
    @Test(arguments: ["", "{", "[]", #"{"version":2,"payload":{}}"#, #"{"version":1,"payload":"x"}"#])
    func whatIsNoNoteStays(text: String) throws {
        try folder.write(text, to: "restart-sentinel.json")
        #expect(throws: (any Error).self) { try RestartNote.read(from: directory) }
        #expect(folder.read("restart-sentinel.json") == text)
    }

    @Test func aNoteWithoutWordsSaysWhatItKnows() {
        #expect(RestartNote(payload: ["message": nil]).text == "The Gateway has restarted (restart, ok).")
    }
}
