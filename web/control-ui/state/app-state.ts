/** All that the page shows. */
import type { Phase } from "../../shared/gateway-socket";
import type { Hello } from "../../shared/protocol";
import { isRecord } from "../../shared/storage";
import type { ChatState } from "./chat-state";
import type { SessionRow } from "./sessions";
import type { Settings } from "./settings";

export interface AppState {
  phase: Phase;
  /** Why the Gateway does not let this page in. Stays while the page tries again. */
  refusal: Extract<Phase, { kind: "refused" }> | null;
  hello: Hello | null;
  chat: ChatState;
  sessions: SessionRow[];
  defaultModel: string | null;
  settings: Settings;
  /** Why the Gateway runs on an older configuration; null when it does not. */
  safeMode: string | null;
  /** A link named another Gateway and was not followed. */
  ignoredGateway: boolean;
  /** The names of the agents by their id. */
  agentNames: Record<string, string>;
  /** The last request of a button that failed. */
  problem: string | null;
  pairingRequests: PairingRequest[];
}

/** Another device that asks to be let in. */
export interface PairingRequest {
  requestId: string;
  name: string;
}

export const SCRIPTED_MODEL = "demo/scripted";

/** The model that answers in the open session, as far as is known. */
export function currentModel(state: AppState): string | null {
  const row = state.sessions.find((session) => session.key === state.chat.sessionKey);
  const answered = [...state.chat.history].reverse().find((turn) => turn.model !== null);
  return row?.model ?? answered?.model ?? state.defaultModel;
}

/** The name of the agent that answers in the open session. */
export function assistantName(state: AppState): string {
  const agent = /^agent:([^:]+):/.exec(state.chat.sessionKey)?.[1] ?? "main";
  return state.agentNames[agent] ?? "Assistant";
}

/** The names in an `agents.list` answer; agents without one are left out. */
export function agentNames(payload: unknown): Record<string, string> {
  const agents = isRecord(payload) && Array.isArray(payload.agents) ? payload.agents : [];
  const names = agents.filter(isRecord).map(({ id, name, identity }) => {
    const own = isRecord(identity) && typeof identity.name === "string" ? identity.name : name;
    return [id, own] as const;
  });
  return Object.fromEntries(names.filter(([id, name]) => typeof id === "string" && typeof name === "string" && name !== ""));
}

/** The reason in a `safeMode` value; null when there is no safe mode. */
export function safeModeReason(value: unknown): string | null {
  if (value === true) return "The configuration file cannot be read.";
  if (typeof value === "string" && value !== "") return value;
  if (!isRecord(value)) return null;
  return typeof value.reason === "string" ? value.reason : "The configuration file cannot be read.";
}

export function pairingRequest(payload: unknown): PairingRequest | null {
  if (!isRecord(payload) || typeof payload.requestId !== "string" || payload.silent === true) return null;
  const names = [payload.displayName, payload.clientId, payload.platform];
  const name = names.find((part) => typeof part === "string" && part !== "");
  const place = typeof payload.remoteIp === "string" ? ` at ${payload.remoteIp}` : "";
  return { requestId: payload.requestId, name: `${typeof name === "string" ? name : "A device"}${place}` };
}

const STOP_WORDS = new Set(["/stop", "stop", "esc", "abort", "wait", "exit", "interrupt", "halt"]);

/** Whether a message, sent while an answer is running, means to stop it. */
export const isStopWord = (text: string): boolean => STOP_WORDS.has(text.trim().toLowerCase().replace(/[.!]+$/, ""));
