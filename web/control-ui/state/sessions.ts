/** The list of conversations. */
import { isRecord } from "../../shared/storage";
import type { Hello } from "../../shared/protocol";
import { modelName } from "./turns";

export interface SessionRow {
  key: string;
  name: string;
  /** Where it comes from when it is not this page, such as `irc`. */
  channel: string | null;
  updatedAt: number | null;
  model: string | null;
}

const words = (value: unknown): string | null =>
  typeof value === "string" && value.trim() !== "" ? value.trim() : null;

/** The rows of a `sessions.list` answer, newest first. */
export function sessionRows(payload: unknown): SessionRow[] {
  const list = isRecord(payload) && Array.isArray(payload.sessions) ? payload.sessions : [];
  return list.filter(isRecord).flatMap((row): SessionRow[] => {
    const key = words(row.key);
    if (key === null) return [];
    const channel = words(row.channel) ?? words(row.lastChannel);
    return [{
      key,
      name: words(row.label) ?? nameOfMain(key) ?? words(row.displayName) ?? words(row.derivedTitle) ?? nameOfKey(key),
      channel: channel === "webchat" ? null : channel,
      updatedAt: typeof row.updatedAt === "number" ? row.updatedAt : null,
      model: modelName(row.modelProvider, row.model),
    }];
  });
}

/** The model of new sessions. */
export function defaultModel(payload: unknown): string | null {
  const defaults = isRecord(payload) && isRecord(payload.defaults) ? payload.defaults : {};
  return modelName(defaults.modelProvider, defaults.model);
}

function nameOfMain(key: string): string | null {
  const main = /^agent:([^:]+):main$/.exec(key);
  if (!main) return null;
  return main[1] === "main" ? "Main conversation" : `Main conversation of ${main[1]}`;
}

/** A name for a session that has none: what its key says after the agent. */
export function nameOfKey(key: string): string {
  const parts = key.replace(/^agent:[^:]+:/, "").split(":").filter((part) => !["direct", "dm"].includes(part));
  return nameOfMain(key) ?? parts.join(" · ");
}

/** The full key of what a link or an old setting may name by an alias. */
export function canonicalKey(key: string | null, hello: Hello | null): string {
  const defaults = hello?.snapshot?.sessionDefaults ?? {};
  const main = defaults.mainSessionKey ?? "agent:main:main";
  const aliases = ["main", defaults.mainKey, `agent:${defaults.defaultAgentId ?? "main"}:main`];
  return key === null || key === "" || aliases.includes(key) ? main : key;
}
