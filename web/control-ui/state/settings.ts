/** What the page remembers between visits. Fields of other versions of the page are kept. */
import { SETTINGS_KEY } from "../../shared/credentials";
import { isRecord, readJSON, writeJSON, type KeyValueStore } from "../../shared/storage";
import type { Outgoing } from "./chat-state";

export type Theme = "system" | "light" | "dark";

export interface Settings {
  theme: Theme;
  showThinking: boolean;
  sessionKey: string | null;
}

export function readSettings(store: KeyValueStore): Settings {
  const stored = readJSON(store, SETTINGS_KEY) ?? {};
  return {
    theme: stored.theme === "light" || stored.theme === "dark" ? stored.theme : "system",
    showThinking: stored.chatShowThinking !== false,
    sessionKey: typeof stored.sessionKey === "string" && stored.sessionKey !== "" ? stored.sessionKey : null,
  };
}

export function writeSettings(store: KeyValueStore, settings: Settings): void {
  const { theme, showThinking, sessionKey } = settings;
  const stored = readJSON(store, SETTINGS_KEY) ?? {};
  writeJSON(store, SETTINGS_KEY, {
    ...stored, theme, chatShowThinking: showThinking, sessionKey, lastActiveSessionKey: sessionKey,
  });
}

const OUTBOX_KEY = "openclaw.chat.outbox.v1";

/** Unsent messages of this browser tab; one whose answer was still open is sent again under its key. */
export function readOutbox(store: KeyValueStore): Outgoing[] {
  const messages = readJSON(store, OUTBOX_KEY)?.messages;
  if (!Array.isArray(messages)) return [];
  return messages.filter(isRecord).flatMap(({ key, sessionKey, text, state, error, before }): Outgoing[] => {
    if (typeof key !== "string" || typeof sessionKey !== "string" || typeof text !== "string") return [];
    const failed = state === "failed";
    return [{
      key, sessionKey, text, state: failed ? "failed" : "queued", error: failed ? String(error) : null,
      before: typeof before === "number" ? before : null,
    }];
  });
}

export function writeOutbox(store: KeyValueStore, messages: Outgoing[]): void {
  if (messages.length === 0) store.removeItem(OUTBOX_KEY);
  else writeJSON(store, OUTBOX_KEY, { messages });
}
