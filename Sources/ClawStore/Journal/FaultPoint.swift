/// Called when the store reaches a named point, on the store's own threads. Tests stop the process there or copy the files;
/// the default does nothing.
///
/// `journal.commit.before`, `journal.commit.after`: around the COMMIT of a group. `transcript.append.before`,
/// `transcript.append.after`: around the write of a commit's entries to their file. `transcript.checkpoint.before`: the
/// files are synced, their rows still stand. `sessions.rename.before`, `sessions.rename.after`: around the replacement of
/// a session index.
package typealias FaultPoint = @Sendable (_ name: String) -> Void
