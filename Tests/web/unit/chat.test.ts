import * as assert from "node:assert/strict";
import { test } from "node:test";
import { chatReducer, emptyChat, isBusy, type ChatAction, type ChatState, type Outgoing } from "../../../web/control-ui/state/chat-state";
import { newRun, withText, withToolResult, withToolStart } from "../../../web/control-ui/state/run";
import { canonicalKey, nameOfKey, sessionRows } from "../../../web/control-ui/state/sessions";
import { readOutbox, readSettings, writeOutbox, writeSettings } from "../../../web/control-ui/state/settings";
import { textOf, turnsFromHistory, type Turn } from "../../../web/control-ui/state/turns";
import { agentNames, isStopWord, safeModeReason } from "../../../web/control-ui/state/app-state";
import { inMemoryStore } from "../../../web/shared/storage";

const KEY = "agent:main:main";
const after = (state: ChatState, ...actions: ChatAction[]) => actions.reduce(chatReducer, state);
const ready = after(emptyChat(KEY), { type: "loaded", sessionKey: KEY, messages: [] });
const message = (key: string, text: string): Outgoing =>
  ({ key, sessionKey: KEY, text, state: "queued", error: null, before: null });
const chat = (runId: string, state: string, text?: string): ChatAction => ({
  type: "chat", now: 9,
  payload: { runId, sessionKey: KEY, state, ...(text === undefined ? {} : { message: { content: [{ type: "text", text }], timestamp: 5 } }) },
});
const shown = (state: ChatState) => [
  ...state.history.map((turn) => `${turn.role}: ${textOf(turn)}`),
  ...state.echoes.map((echo) => `(${echo.turn.role}: ${textOf(echo.turn)} ${echo.turn.end})`),
  ...state.runs.map((run) => `[${run.blocks.map((block) => (block.kind === "text" ? block.text : block.kind)).join("|")}]`),
];

test("a message goes from the queue through its run into the history", () => {
  let state = after(ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 });
  assert.deepEqual(shown(state), ["(user: hi complete)"]);
  assert.ok(isBusy(state));
  state = after(state, { type: "accepted", key: "k", running: true }, chat("k", "delta", "He"), chat("k", "delta", "Hello"));
  assert.deepEqual(shown(state), ["(user: hi complete)", "[Hello]"]);
  assert.deepEqual(state.outbox, []);
  state = after(state, chat("k", "delta", "He"), chat("k", "final", "Hello you"));
  assert.deepEqual(shown(state), ["(user: hi complete)", "(assistant: Hello you complete)"]);
  assert.ok(!isBusy(state));
  state = after(state, {
    type: "loaded", sessionKey: KEY,
    messages: [{ role: "user", content: "hi", timestamp: 3 }, { role: "assistant", content: "Hello you", timestamp: 4 }],
  });
  assert.deepEqual(shown(state), ["user: hi", "assistant: Hello you"]);
});

test("a history that came too early does not swallow the message on its way", () => {
  const state = after(
    ready, { type: "loaded", sessionKey: KEY, messages: [{ role: "user", content: "again", timestamp: 1 }] },
    { type: "queued", message: message("k", "again") }, { type: "sending", key: "k", now: 2 },
    { type: "loaded", sessionKey: KEY, messages: [{ role: "user", content: "again", timestamp: 1 }] });
  assert.deepEqual(shown(state), ["user: again", "(user: again complete)"]);
  const both = [{ role: "user", content: "again", timestamp: 1 }, { role: "user", content: "again ", timestamp: 2 }];
  assert.deepEqual(shown(after(state, { type: "loaded", sessionKey: KEY, messages: both })), ["user: again", "user: again "]);
});

test("a send whose answer is lost waits with its key; a refused one says why", () => {
  const sending = after(ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 });
  const waiting = after(sending, { type: "unsent", key: "k" }, { type: "interrupted" });
  assert.deepEqual(waiting.outbox, [{ ...message("k", "hi"), before: 0 }]);
  assert.deepEqual(shown(waiting), []);
  const failed = after(sending, { type: "sendFailed", key: "k", message: "blocked" });
  assert.deepEqual(failed.outbox, [{ ...message("k", "hi"), state: "failed", error: "blocked", before: 0 }]);
  assert.ok(!isBusy(failed));
  assert.deepEqual(after(failed, { type: "removed", key: "k" }).outbox, []);
});

test("a message that is sent again after it arrived is shown once", () => {
  const arrived: ChatAction = { type: "loaded", sessionKey: KEY, messages: [{ role: "user", content: "hi", timestamp: 3 }] };
  const lost = after(
    ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 }, { type: "unsent", key: "k" },
    { type: "interrupted" });
  for (const running of [true, false]) {
    const accepted: ChatAction = { type: "accepted", key: "k", running };
    // The history comes before the second try, during it, or after it.
    assert.deepEqual(shown(after(lost, arrived, { type: "sending", key: "k", now: 4 })), ["user: hi"]);
    assert.deepEqual(shown(after(lost, { type: "sending", key: "k", now: 4 }, arrived, accepted)).slice(0, 1), ["user: hi"]);
    assert.deepEqual(
      shown(after(lost, { type: "sending", key: "k", now: 4 }, accepted, arrived)), ["user: hi", ...(running ? ["[]"] : [])]);
  }
  // A page that was opened anew in between remembers it.
  const store = inMemoryStore();
  writeOutbox(store, lost.outbox);
  const opened = after(emptyChat(KEY, readOutbox(store)), arrived, { type: "sending", key: "k", now: 4 });
  assert.deepEqual(shown(opened), ["user: hi"]);
});

test("a message that was answered before is shown by the history, even when it holds too few to tell", () => {
  const state = after(
    ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 },
    { type: "accepted", key: "k", running: false }, { type: "loaded", sessionKey: KEY, messages: [] });
  assert.deepEqual(shown(state), []);
});

test("an acknowledgement after the end of the run does not start it again", () => {
  const state = after(
    ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 }, chat("k", "final", "Done"),
    { type: "accepted", key: "k", running: true });
  assert.deepEqual(state.runs, []);
});

test("an end that the transcript does not tell stays until the next message", () => {
  const failed = after(ready, chat("k", "delta", "I beg"), {
    type: "chat", now: 9, payload: { runId: "k", sessionKey: KEY, state: "error", errorMessage: "no key" },
  });
  assert.equal(failed.echoes[0]?.turn.error, "no key");
  const loaded = after(failed, { type: "loaded", sessionKey: KEY, messages: [] });
  assert.deepEqual(shown(loaded), ["(assistant: I beg failed)"]);
  const told = [{ role: "assistant", content: "I beg", stopReason: "error", errorMessage: "no key", timestamp: 1 }];
  assert.deepEqual(shown(after(failed, { type: "loaded", sessionKey: KEY, messages: told })), ["assistant: I beg"]);
  const next = after(loaded, { type: "queued", message: message("n", "next") }, { type: "sending", key: "n", now: 10 });
  assert.deepEqual(shown(next), ["(user: next complete)"]);
});

test("an interruption keeps what was written, and a run that goes on comes back once", () => {
  const state = after(ready, chat("k", "delta", "Half"), { type: "interrupted" });
  assert.deepEqual(shown(state), ["(assistant: Half complete)"]);
  assert.deepEqual(shown(after(state, chat("k", "delta", "Half and"))), ["[Half and]"]);
  assert.deepEqual(shown(after(state, { type: "loaded", sessionKey: KEY, messages: [] })), []);
});

test("the standing of a run goes on with what the page knows, and the history brings its tool calls", () => {
  const running = { runId: "k", state: "running", seq: 5, startedAt: 10, thinking: "", errorMessage: undefined, toolEvents: [],
    message: { content: [{ type: "text", text: "Let me look.\n\nFound" }] } };
  const told = after(ready, chat("k", "delta", "Let me"), { type: "standing", runs: [running], now: 11 });
  assert.deepEqual(shown(told), ["[Let me look.\n\nFound]"]);
  const messages = [
    { role: "user", content: "look", timestamp: 9 },
    { role: "assistant", content: [{ type: "text", text: "Let me look." }, { type: "toolCall", id: "c", name: "read", arguments: {} }], timestamp: 12 },
    { role: "toolResult", toolCallId: "c", content: [{ type: "text", text: "milk" }], timestamp: 13 },
  ];
  const loaded = after(told, { type: "loaded", sessionKey: KEY, messages });
  assert.deepEqual(shown(loaded), ["user: look", "[Let me look.|tool|Found]"]);
  assert.deepEqual(shown(after(loaded, chat("k", "delta", "Let me look.\n\nFound it."))), ["user: look", "[Let me look.|tool|Found it.]"]);
  // The history may be ahead of the events.
  const early = after(ready, { type: "standing", runs: [{ ...running, message: undefined }], now: 11 }, { type: "loaded", sessionKey: KEY, messages });
  assert.deepEqual(shown(early), ["user: look", "[Let me look.|tool]"]);
  assert.deepEqual(shown(after(early, chat("k", "delta", "Let me"), chat("k", "delta", "Let me look.\n\nFound"))), ["user: look", "[Let me look.|tool|Found]"]);
});

test("the calls of a standing go on, whatever the history knows of them", () => {
  const tool = (seq: number, toolCallId: string, data: object) => (
    { runId: "k", sessionKey: KEY, seq, stream: "tool", ts: 12, data: { name: "read", toolCallId, ...data } });
  const calls = (state: ChatState) => state.runs[0]?.blocks.flatMap((block) =>
    block.kind === "tool" ? [`${block.call.id} ${block.call.status}`] : []);
  const running = { runId: "k", state: "running", seq: 5, startedAt: 10, thinking: "", errorMessage: undefined,
    message: { content: [{ type: "text", text: "Let me look." }] },
    toolEvents: [tool(3, "a", { phase: "start", args: {} }), tool(4, "a", { phase: "result", isError: true }),
      tool(5, "b", { phase: "start", args: {} })] };
  const told = after(ready, { type: "standing", runs: [running], now: 11 });
  assert.deepEqual(shown(told), ["[Let me look.|tool|tool]"]);
  assert.deepEqual(calls(told), ["a failed", "b running"]);
  assert.deepEqual(after(told, { type: "standing", runs: [running], now: 12 }).runs, told.runs);
  // The transcript names all calls of the answer, and has results when the last of them is over.
  const content = [{ type: "text", text: "Let me look." },
    ...["a", "b", "c"].map((id) => ({ type: "toolCall", id, name: "read", arguments: {} }))];
  const loaded = after(told, { type: "loaded", sessionKey: KEY, messages: [{ role: "assistant", content, timestamp: 12 }] });
  assert.deepEqual(calls(loaded), ["a failed", "b running"]);
  const more = after(loaded, { type: "agent", payload: tool(6, "b", { phase: "result" }), now: 13 },
    { type: "agent", payload: tool(7, "c", { phase: "start", args: {} }), now: 14 });
  assert.deepEqual(calls(more), ["a failed", "b done", "c running"]);
});

test("a run that another page does not know of is over; one that ended meanwhile tells its end", () => {
  const ended = { runId: "e", state: "error", seq: 5, startedAt: null, message: undefined, thinking: "", errorMessage: "no key", toolEvents: [] };
  const state = after(ready, chat("k", "delta", "Half"), chat("e", "delta", "I beg"), { type: "standing", runs: [ended], now: 11 });
  assert.deepEqual(shown(state), ["(assistant: Half complete)", "(assistant: I beg failed)"]);
  assert.equal(state.echoes[1]?.turn.error, "no key");
});

test("a run shows that its message arrived, when the answer to the request was lost", () => {
  const lost = after(
    ready, { type: "queued", message: message("k", "hi") }, { type: "sending", key: "k", now: 1 }, { type: "unsent", key: "k" });
  const state = after(lost, chat("k", "delta", "Hello"));
  assert.deepEqual(state.outbox, []);
  assert.deepEqual(shown(state), ["(user: hi complete)", "[Hello]"]);
});

test("events of other sessions change nothing", () => {
  const other = { runId: "x", sessionKey: "agent:main:other", state: "delta", message: { content: "no" } };
  assert.equal(after(ready, { type: "chat", payload: other, now: 1 }), ready);
  assert.equal(after(ready, { type: "agent", payload: { runId: "x", stream: "tool", data: {} }, now: 1 }), ready);
  assert.equal(after(ready, { type: "loaded", sessionKey: "agent:main:other", messages: [] }), ready);
});

test("text goes on after a tool call, whether the Gateway repeats the earlier text or not", () => {
  const begun = withToolStart(withText(newRun("r"), "Let me look."), "c", "read", { path: "a" });
  const texts = (run: ReturnType<typeof newRun>) => run.blocks.map((block) => (block.kind === "text" ? block.text : block.kind));
  assert.deepEqual(texts(withText(begun, "Let me look.\n\nFound.")), ["Let me look.", "tool", "Found."]);
  assert.deepEqual(texts(withText(begun, "Found.")), ["Let me look.", "tool", "Found."]);
  assert.deepEqual(texts(withText(withText(begun, "Found it."), "Found")), ["Let me look.", "tool", "Found it."]);
  const finished = withToolResult(begun, "c", { status: "failed", result: "no such file" });
  assert.deepEqual(finished.blocks[1], {
    kind: "tool", call: { id: "c", name: "read", args: { path: "a" }, status: "failed", result: "no such file" },
  });
  assert.equal(withToolStart(begun, "c", "read", {}), begun);
});

test("history joins an answer, its tool calls and their results into one turn", () => {
  const turns = turnsFromHistory([
    { role: "user", content: [{ type: "text", text: "look" }], timestamp: 1 },
    { role: "assistant", content: [{ type: "thinking", thinking: "hm" }, { type: "toolCall", id: "c", name: "read", arguments: { path: "a" } }], timestamp: 2 },
    { role: "toolResult", toolCallId: "c", content: [{ type: "text", text: "milk" }], isError: false, timestamp: 3 },
    { role: "assistant", content: "Milk.", provider: "anthropic", model: "sonnet", timestamp: 4 },
    { role: "assistant", content: "NO_REPLY", timestamp: 5 },
    { role: "system", content: [{ type: "text", text: "Compaction" }], __openclaw: { kind: "compaction" }, timestamp: 6 },
    { role: "assistant", content: [], stopReason: "error", errorMessage: "429", timestamp: 7 },
    "not a message",
  ]);
  const expected: Turn[] = [
    { id: "user-1", role: "user", blocks: [{ kind: "text", text: "look" }], timestamp: 1, model: null, end: "complete", error: null },
    {
      id: "assistant-2", role: "assistant", timestamp: 4, model: "anthropic/sonnet", end: "complete", error: null,
      blocks: [
        { kind: "thinking", text: "hm" },
        { kind: "tool", call: { id: "c", name: "read", args: { path: "a" }, result: "milk", status: "done" } },
        { kind: "text", text: "Milk." },
      ],
    },
    {
      id: "note-6", role: "note", blocks: [{ kind: "text", text: "Earlier messages were summarised" }], timestamp: 6, model: null,
      end: "complete", error: null,
    },
    { id: "assistant-7", role: "assistant", blocks: [], timestamp: 7, model: null, end: "failed", error: "429" },
  ];
  assert.deepEqual(turns, expected);
});

test("sessions have names, and aliases lead to the main one", () => {
  const rows = sessionRows({
    sessions: [
      { key: "agent:main:main", displayName: "x", updatedAt: 1, modelProvider: "demo", model: "scripted" },
      { key: "agent:main:irc:direct:ada", lastChannel: "irc" }, { key: 5 },
    ],
  });
  assert.deepEqual(rows, [
    { key: "agent:main:main", name: "Main conversation", channel: null, updatedAt: 1, model: "demo/scripted" },
    { key: "agent:main:irc:direct:ada", name: "irc · ada", channel: "irc", updatedAt: null, model: null },
  ]);
  assert.equal(nameOfKey("agent:work:main"), "Main conversation of work");
  const hello = { snapshot: { sessionDefaults: { mainSessionKey: "agent:a:main", mainKey: "main", defaultAgentId: "a" } } };
  for (const alias of [null, "", "main", "agent:a:main"]) assert.equal(canonicalKey(alias, hello as never), "agent:a:main");
  assert.equal(canonicalKey("agent:a:other", hello as never), "agent:a:other");
});

test("settings keep fields that this page does not know", () => {
  const store = inMemoryStore();
  store.setItem("openclaw.control.settings.v1", JSON.stringify({ splitRatio: 0.5, theme: "dark" }));
  assert.deepEqual(readSettings(store), { theme: "dark", showThinking: true, sessionKey: null });
  writeSettings(store, { theme: "light", showThinking: false, sessionKey: KEY });
  assert.deepEqual(JSON.parse(store.getItem("openclaw.control.settings.v1") ?? ""), {
    splitRatio: 0.5, theme: "light", chatShowThinking: false, sessionKey: KEY, lastActiveSessionKey: KEY,
  });
  writeOutbox(store, [{ ...message("k", "hi"), state: "sending" }]);
  assert.deepEqual(readOutbox(store), [message("k", "hi")]);
  writeOutbox(store, []);
  assert.deepEqual(readOutbox(store), []);
});

test("names, stop words and reasons", () => {
  const agents = [{ id: "main", name: "Main", identity: { name: "Clawd" } }, { id: "work", name: "Work" }, { id: "bare" }];
  assert.deepEqual(agentNames({ agents }), { main: "Clawd", work: "Work" });
  for (const word of ["stop", " /stop", "ESC", "Halt!"]) assert.ok(isStopWord(word), word);
  assert.ok(!isStopWord("stop the music"));
  assert.equal(safeModeReason(undefined), null);
  assert.equal(safeModeReason({ reason: "line 3" }), "line 3");
  assert.equal(safeModeReason(true), "The configuration file cannot be read.");
});
