/** Texts for times and arguments. */

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export const fullTime = (stamp: number): string => full.format(stamp);

/** The time of day, with the date unless it is today. */
export function shortTime(stamp: number, now = Date.now()): string {
  const today = new Date(now).toDateString() === new Date(stamp).toDateString();
  return today ? time.format(stamp) : `${day.format(stamp)}, ${time.format(stamp)}`;
}

export function ago(stamp: number, now = Date.now()): string {
  const minutes = Math.floor((now - stamp) / 60_000);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h`;
  return day.format(stamp);
}

/** The arguments of a tool call in one line: the plain value when there is only one. */
export function argumentSummary(args: unknown): string {
  if (args === null || args === undefined) return "";
  if (typeof args !== "object") return String(args);
  const entries = Object.entries(args);
  const value = (one: unknown) => (typeof one === "string" ? one : JSON.stringify(one));
  const named = () => entries.map(([name, one]) => `${name}: ${value(one)}`).join(", ");
  const line = entries.length === 1 ? value(entries[0]![1]) : named();
  const flat = line.replace(/\s+/g, " ").trim();
  return flat.length > 100 ? `${flat.slice(0, 99)}…` : flat;
}

export const prettyArguments = (args: unknown): string =>
  typeof args === "string" ? args : JSON.stringify(args ?? {}, null, 2);
