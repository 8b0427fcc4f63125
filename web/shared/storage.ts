/** Values kept in the browser. A browser that refuses storage gets a page that works until it is closed. */

export type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export function inMemoryStore(): KeyValueStore {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

/** `localStorage` or `sessionStorage`; memory where the browser forbids them. */
export function browserStore(kind: "localStorage" | "sessionStorage"): KeyValueStore {
  try {
    const store = window[kind];
    store.setItem("openclaw.probe", "1");
    store.removeItem("openclaw.probe");
    return store;
  } catch {
    return inMemoryStore();
  }
}

/** The JSON object stored under `key`; null when there is none or it is something else. */
export function readJSON(store: KeyValueStore, key: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(store.getItem(key) ?? "null");
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** A full store loses the value for the next visit; the page goes on. */
export function writeJSON(store: KeyValueStore, key: string, value: object): void {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch (error) {
    console.warn(`Cannot store ${key}.`, error);
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
