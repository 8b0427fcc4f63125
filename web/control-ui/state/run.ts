/** An answer while it is being written. */
import type { Block, ToolCall, Turn } from "./turns";

export interface Run {
  id: string;
  blocks: Block[];
  /** The whole text as the Gateway last sent it. */
  text: string;
  /** How much of `text` stands in blocks before the last tool call. */
  settled: string;
  startedAt: number;
}

export const LARGEST_RESULT = 120_000;
const MOST_CALLS = 50;

export function newRun(id: string, now: number): Run {
  return { id, blocks: [], text: "", settled: "", startedAt: now };
}

/**
 * Takes the whole text so far. After a tool call the Gateway may go on with the text of the run or begin the text of
 * the next message: what repeats the settled text is the former. A shorter text is an old event.
 */
export function withText(run: Run, text: string): Run {
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
