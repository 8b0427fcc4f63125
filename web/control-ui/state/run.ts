/** An answer while it is being written. */
import type { Block, ToolCall, Turn } from "./turns";

export interface Run {
  id: string;
  blocks: Block[];
  /** The whole text as the Gateway last sent it. */
  text: string;
  /** How much of `text` stands in blocks before the last tool call. */
  settled: string;
  /** By the Gateway's clock, in milliseconds since 1970; null while it has not told. */
  startedAt: number | null;
  /** The page did not see it from its start: the history may hold tool calls that are not in `blocks`. */
  partial: boolean;
}

export const LARGEST_RESULT = 120_000;
const MOST_CALLS = 50;

export function newRun(id: string): Run {
  return { id, blocks: [], text: "", settled: "", startedAt: null, partial: false };
}

/**
 * Takes the whole text so far. After a tool call the Gateway may go on with the text of the run or begin the text of
 * the next message: what repeats the settled text is the former. A shorter text is an old event.
 */
export function withText(run: Run, text: string): Run {
  if (text.length < run.settled.length && run.settled.startsWith(text)) return run;
  const continues = run.settled === "" || text.startsWith(run.settled);
  const part = continues ? text.slice(run.settled.length) : text;
  const last = run.blocks[run.blocks.length - 1];
  const shown = part.replace(/^\n+/, "");
  if (last?.kind === "text") {
    if (shown.length < last.text.length) return run;
    return { ...run, text, blocks: [...run.blocks.slice(0, -1), { kind: "text", text: shown }] };
  }
  if (shown === "") return run;
  return { ...run, text, blocks: [...run.blocks, { kind: "text", text: shown }] };
}

export function withThinking(run: Run, text: string): Run {
  const last = run.blocks[run.blocks.length - 1];
  const kept = last?.kind === "thinking" ? run.blocks.slice(0, -1) : run.blocks;
  return { ...run, blocks: [...kept, { kind: "thinking", text }] };
}

export function withToolStart(run: Run, id: string, name: string, args: unknown): Run {
  if (run.blocks.some((block) => block.kind === "tool" && block.call.id === id)) return run;
  if (run.blocks.filter((block) => block.kind === "tool").length >= MOST_CALLS) return run;
  const call: ToolCall = { id, name, args, result: null, status: "running" };
  return { ...run, settled: run.text, blocks: [...run.blocks, { kind: "tool", call }] };
}

export function withToolResult(run: Run, id: string, change: Partial<ToolCall>): Run {
  const blocks = run.blocks.map((block): Block =>
    block.kind === "tool" && block.call.id === id ? { kind: "tool", call: { ...block.call, ...change } } : block);
  return { ...run, blocks };
}

/**
 * Puts what the history holds of a run before what the page knows of it. Where the two do not fit (the Gateway filters
 * texts before it tells them), the page's own stays.
 */
export function withBeginning(run: Run, beginning: readonly Block[]): Run {
  const texts = beginning.flatMap((block) => (block.kind === "text" ? [block.text] : []));
  const settled = texts.join("\n\n");
  const blocks = withKnownCalls(run, beginning);
  if (run.text.startsWith(settled)) {
    const whole = { ...run, blocks, settled, partial: false };
    const isTold = (block: Block) => block.kind === "thinking" &&
      beginning.some((one) => one.kind === "thinking" && one.text.trim() === block.text.trim());
    const thought = run.blocks.find((block) => block.kind === "thinking" && !isTold(block));
    return withText(thought?.kind === "thinking" ? withThinking(whole, thought.text) : whole, run.text);
  }
  // The history is ahead: events are on their way.
  if (settled.startsWith(run.text)) return { ...run, blocks, text: settled, settled, partial: false };
  return run;
}

/**
 * What the history holds of a run, with how its calls stand: the history has a result only when the whole round of calls is
 * over, and names calls that have not begun. A page that gets the events of the run knows better.
 */
function withKnownCalls(run: Run, beginning: readonly Block[]): Block[] {
  const known = new Map(run.blocks.flatMap((block) => (block.kind === "tool" ? [[block.call.id, block] as const] : [])));
  const follows = beginning.some((block) => block.kind === "tool" && known.has(block.call.id));
  return beginning.flatMap((block): Block[] => {
    if (block.kind !== "tool" || block.call.status !== "running") return [block];
    const own = known.get(block.call.id);
    if (own) return [own];
    return follows ? [] : [block];
  });
}

/** The run as a turn while it goes on. */
export function liveTurn(run: Run): Turn {
  return {
    id: `run-${run.id}`, role: "assistant", blocks: run.blocks, timestamp: null, model: null, end: "complete",
    error: null,
  };
}

/** The run as a turn when it has ended; a tool call without a result ends with it. */
export function endedTurn(run: Run, end: Turn["end"], error: string | null, timestamp: number): Turn {
  const status = end === "complete" ? "done" : "failed";
  const blocks = run.blocks.map((block): Block =>
    block.kind === "tool" && block.call.status === "running"
      ? { kind: "tool", call: { ...block.call, status } } : block);
  return { ...liveTurn(run), blocks, timestamp, end, error };
}
