/** The state of one conversation, and how everything that happens changes it. Pure. */
import type { RunStanding } from "../../shared/event-feed";
import { isRecord } from "../../shared/storage";
import {
  endedTurn, liveTurn, newRun, withBeginning, withText, withThinking, withToolResult, withToolStart, LARGEST_RESULT,
  type Run,
} from "./run";
import { contentText, textOf, turnsFromHistory, type Turn } from "./turns";

/** A message that the Gateway has not accepted yet. Its key stays the same over every try. */
export interface Outgoing {
  key: string;
  sessionKey: string;
  text: string;
  state: "queued" | "sending" | "failed";
  error: string | null;
  /** How many user turns with this text the history held before the first try; null before that, and for other sessions. */
  before: number | null;
}

/** A turn that this page knows and the loaded history may not hold yet. */
export interface Echo {
  turn: Turn;
  runId: string;
  /** Its run has ended. */
  over: boolean;
  /** How many user turns with the same text the history held before. */
  before: number;
}

export interface ChatState {
  sessionKey: string;
  loading: "first" | "quiet" | "no";
  loadError: string | null;
  history: Turn[];
  echoes: Echo[];
  runs: Run[];
  outbox: Outgoing[];
  notice: string | null;
}

export type ChatAction =
  | { type: "opened"; sessionKey: string }
  | { type: "loading" }
  | { type: "loaded"; sessionKey: string; messages: readonly unknown[] }
  | { type: "loadFailed"; message: string }
  | { type: "queued"; message: Outgoing }
  | { type: "sending"; key: string; now: number }
  | { type: "accepted"; key: string; running: boolean }
  | { type: "sendFailed"; key: string; message: string }
  | { type: "unsent"; key: string }
  | { type: "removed"; key: string }
  | { type: "chat"; payload: Record<string, unknown>; now: number }
  | { type: "agent"; payload: Record<string, unknown>; now: number }
  | { type: "interrupted" }
  | { type: "standing"; runs: readonly RunStanding[]; now: number };

const MOST_RUNS = 8;

export function emptyChat(sessionKey: string, outbox: Outgoing[] = []): ChatState {
  return { sessionKey, loading: "first", loadError: null, history: [], echoes: [], runs: [], outbox, notice: null };
}

/** Whether an answer is on its way, so that the next message has to wait. */
export const isBusy = (state: ChatState): boolean =>
  state.runs.length > 0 || state.outbox.some((message) => message.state === "sending");

export function chatReducer(state: ChatState, action: ChatAction): ChatState {
  switch (action.type) {
    case "opened":
      return emptyChat(action.sessionKey, state.outbox);
    case "loading":
      return { ...state, loading: state.loading === "first" ? "first" : "quiet", loadError: null };
    case "loaded":
      return action.sessionKey === state.sessionKey ? loaded(state, action.messages) : state;
    case "loadFailed":
      return { ...state, loading: "no", loadError: action.message };
    case "queued":
      return { ...state, outbox: [...state.outbox, action.message] };
    case "sending":
      return sending(state, action.key, action.now);
    case "accepted":
      return accepted(state, action.key, action.running);
    case "sendFailed":
      return notSent(state, action.key, "failed", action.message);
    case "unsent":
      return notSent(state, action.key, "queued", null);
    case "removed":
      return { ...state, outbox: state.outbox.filter((message) => message.key !== action.key) };
    case "chat":
      return action.payload.sessionKey === state.sessionKey ? chatEvent(state, action.payload, action.now) : state;
    case "agent":
      return agentEvent(state, action.payload, action.now);
    case "interrupted":
      return interrupted(state);
    case "standing":
      return standing(state, action.runs, action.now);
  }
}

/**
 * Events were missed. What was written stays on the page until the history is there; a run that goes on comes back. The
 * runs with the ids `known` go on as they are.
 */
function interrupted(state: ChatState, known: ReadonlySet<string> = new Set()): ChatState {
  const over = state.echoes.map((echo) => ({ ...echo, over: true }));
  const partial = state.runs.filter((run) => run.blocks.length > 0 && !known.has(run.id)).map(
    (run): Echo => ({ turn: liveTurn(run), runId: run.id, over: true, before: 0 }));
  return { ...state, runs: state.runs.filter((run) => known.has(run.id)), notice: null, echoes: [...over, ...partial] };
}

/** Events were missed, and the Gateway has told how the runs of this session stand. */
function standing(state: ChatState, runs: readonly RunStanding[], now: number): ChatState {
  let next = interrupted(state, new Set(runs.map((run) => run.runId)));
  for (const { runId, state: status, startedAt, message, thinking, errorMessage, toolEvents } of runs) {
    if (status !== "running") {
      const payload = { runId, sessionKey: state.sessionKey, state: status, message, errorMessage };
      next = chatEvent(next, payload, now);
      continue;
    }
    const text = contentText(isRecord(message) ? message.content : undefined);
    next = changeRun(arrived(next, runId, now), runId, (run) => {
      const begun: Run = { ...run, startedAt, partial: true };
      return withText(thinking !== "" && run.blocks.length === 0 ? withThinking(begun, thinking) : begun, text);
    });
    for (const payload of toolEvents) next = agentEvent(next, payload, now);
  }
  return next;
}

/** What the history tells of a run that goes on stands in the run, not before it. */
function loaded(state: ChatState, messages: readonly unknown[]): ChatState {
  const current = state.runs.find((run) => run.startedAt !== null);
  const isOfRun = (message: unknown): boolean =>
    typeof current?.startedAt === "number" && isRecord(message) && typeof message.timestamp === "number" &&
    message.timestamp >= current.startedAt && (message.role === "assistant" || message.role === "toolResult");
  const next = withHistory(state, turnsFromHistory(messages.filter((message) => !isOfRun(message))));
  if (!current?.partial) return next;
  const beginning = turnsFromHistory(messages.filter(isOfRun)).flatMap((turn) => turn.blocks);
  return changeRun(next, current.id, (run) => withBeginning(run, beginning));
}

function withHistory(state: ChatState, history: Turn[]): ChatState {
  const last = history[history.length - 1];
  const echoes = state.echoes.filter((echo) => {
    if (echo.turn.role === "user") return !echo.over && countOf(history, textOf(echo.turn)) <= echo.before;
    // An end that the transcript does not tell stays on the page until the next message.
    return echo.turn.end !== "complete" && last?.end !== echo.turn.end;
  });
  return { ...state, history, echoes, loading: "no", loadError: null };
}

const countOf = (turns: Turn[], text: string): number =>
  turns.filter((turn) => turn.role === "user" && textOf(turn).trim() === text.trim()).length;

/** A run shows that the message with its id has arrived, though the answer to the request was lost. */
function arrived(state: ChatState, id: string, now: number): ChatState {
  const message = state.outbox.find((one) => one.key === id && one.state === "queued");
  if (!message) return state;
  const shown = message.sessionKey === state.sessionKey ? withEcho(state, message, now) : state;
  return { ...shown, outbox: state.outbox.filter((one) => one !== message) };
}

function sending(state: ChatState, key: string, now: number): ChatState {
  const message = state.outbox.find((one) => one.key === key);
  if (!message) return state;
  const here = message.sessionKey === state.sessionKey;
  const before = here ? message.before ?? countOf(state.history, message.text) : null;
  const outbox = state.outbox.map((one): Outgoing =>
    one.key === key ? { ...one, state: "sending", error: null, before } : one);
  return { ...(here ? withEcho(state, { ...message, before }, now) : state), outbox };
}

function withEcho(state: ChatState, { key, text, before: known }: Outgoing, now: number): ChatState {
  const count = countOf(state.history, text);
  const before = known ?? count;
  // An earlier try has arrived, and the history tells of it.
  if (count > before) return state;
  const turn: Turn = {
    id: `sent-${key}`, role: "user", blocks: [{ kind: "text", text }], timestamp: now, model: null,
    end: "complete", error: null,
  };
  const echo = { turn, runId: key, over: false, before };
  // While the history is being loaded, what is over is still the only copy.
  const kept = state.loading === "no" ? state.echoes.filter((one) => !one.over) : state.echoes;
  return { ...state, echoes: [...kept, echo] };
}

function accepted(state: ChatState, key: string, running: boolean): ChatState {
  const message = state.outbox.find((one) => one.key === key);
  const outbox = state.outbox.filter((one) => one.key !== key);
  const here = message?.sessionKey === state.sessionKey;
  const known =
    state.runs.some((run) => run.id === key) || state.echoes.some((echo) => echo.runId === key && echo.over);
  const runs = running && here && !known ? [...state.runs, newRun(key)] : state.runs;
  // Without a run the message was answered before: what is shown of it is the history's part.
  const echoes = running ? state.echoes : state.echoes.map((echo) => (echo.runId === key ? { ...echo, over: true } : echo));
  return { ...state, outbox, runs, echoes };
}

function notSent(state: ChatState, key: string, to: "queued" | "failed", error: string | null): ChatState {
  const outbox = state.outbox.map((one) => (one.key === key ? { ...one, state: to, error } : one));
  return { ...state, outbox, echoes: state.echoes.filter((echo) => echo.runId !== key) };
}

function changeRun(state: ChatState, id: string, change: (run: Run) => Run): ChatState {
  if (state.runs.some((run) => run.id === id)) {
    return { ...state, runs: state.runs.map((run) => (run.id === id ? change(run) : run)) };
  }
  const echoes = state.echoes.filter((echo) => echo.runId !== id || echo.turn.role === "user");
  return { ...state, echoes, runs: [...state.runs, change(newRun(id))].slice(-MOST_RUNS) };
}

function chatEvent(before: ChatState, payload: Record<string, unknown>, now: number): ChatState {
  const id = String(payload.runId ?? "");
  const state = arrived(before, id, now);
  const message = isRecord(payload.message) ? payload.message : null;
  const text = contentText(message?.content);
  if (payload.state === "delta") return changeRun(state, id, (run) => withText(run, text));
  const run = withText(state.runs.find((one) => one.id === id) ?? newRun(id), text);
  const end = payload.state === "aborted" ? "aborted" : payload.state === "error" ? "failed" : "complete";
  const error = end === "failed" ? String(payload.errorMessage ?? "The run failed.") : null;
  const timestamp = typeof message?.timestamp === "number" ? message.timestamp : now;
  const turn = endedTurn(run, end, error, timestamp);
  const echoes = state.echoes.map((echo) => (echo.runId === id ? { ...echo, over: true } : echo));
  const shown = turn.blocks.length > 0 || end !== "complete";
  if (shown) echoes.push({ turn, runId: id, over: true, before: 0 });
  return { ...state, echoes, runs: state.runs.filter((one) => one.id !== id), notice: null };
}

function agentEvent(before: ChatState, payload: Record<string, unknown>, now: number): ChatState {
  const id = String(payload.runId ?? "");
  const data = isRecord(payload.data) ? payload.data : {};
  const known = before.runs.some((run) => run.id === id);
  const here = typeof payload.sessionKey === "string" ? payload.sessionKey === before.sessionKey : known;
  if (!here) return before;
  const state = arrived(before, id, now);
  const callId = String(data.toolCallId ?? "");
  switch (payload.stream) {
    case "lifecycle":
      if (data.phase === "start") {
        const startedAt = typeof data.startedAt === "number" ? data.startedAt : null;
        return changeRun(state, id, (run) => ({ ...run, startedAt }));
      }
      if (data.phase === "fallback") {
        return { ...state, notice: `${data.selectedModel} does not answer; trying ${data.activeModel}.` };
      }
      return state;
    case "thinking":
      return changeRun(state, id, (run) => withThinking(run, String(data.text ?? "")));
    case "compaction":
      return { ...state, notice: data.phase === "start" ? "Summarising earlier messages" : null };
    case "tool":
      return changeRun(state, id, (run) => {
        if (data.phase === "start") return withToolStart(run, callId, String(data.name ?? "tool"), data.args);
        const content = isRecord(data.result) ? data.result : isRecord(data.partialResult) ? data.partialResult : null;
        const result = contentText(content?.content).slice(0, LARGEST_RESULT);
        if (data.phase !== "result") return withToolResult(run, callId, { result });
        return withToolResult(run, callId, { result, status: data.isError === true ? "failed" : "done" });
      });
    default:
      return state;
  }
}
