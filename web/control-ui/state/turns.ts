/** What a conversation is made of on the page, and how the Gateway's messages become that. */
import { isRecord } from "../../shared/storage";

export interface ToolCall {
  id: string;
  name: string;
  args: unknown;
  /** The text of the result; null while there is none, and empty when the Gateway keeps it to itself. */
  result: string | null;
  status: "running" | "done" | "failed";
}

export type Block =
  | { kind: "text"; text: string }
  | { kind: "thinking"; text: string }
  | { kind: "image"; source: string | null }
  | { kind: "tool"; call: ToolCall };

/** One person's say: an answer with all its tool calls is one turn. */
export interface Turn {
  id: string;
  role: "user" | "assistant" | "note";
  blocks: Block[];
  /** Milliseconds since 1970. */
  timestamp: number | null;
  /** `provider/model`. */
  model: string | null;
  end: "complete" | "aborted" | "failed";
  error: string | null;
}

export const textOf = (turn: Turn): string =>
  turn.blocks.flatMap((block) => (block.kind === "text" ? [block.text] : [])).join("\n\n");

/** The text of a message's `content`, or of a tool's result. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return content.flatMap((part) => (isRecord(part) && typeof part.text === "string" ? [part.text] : [])).join("\n");
}

export function modelName(provider: unknown, model: unknown): string | null {
  if (typeof model !== "string" || model === "") return null;
  const bare = typeof provider === "string" && provider !== "" && !model.startsWith(`${provider}/`);
  return bare ? `${provider}/${model}` : model;
}

/** The messages of `chat.history`, oldest first, as turns. */
export function turnsFromHistory(messages: readonly unknown[]): Turn[] {
  const turns: Turn[] = [];
  const calls = new Map<string, ToolCall>();
  const seen = new Map<string, number>();
  const append = (role: Turn["role"], message: Record<string, unknown>): Turn => {
    const timestamp = typeof message.timestamp === "number" ? message.timestamp : null;
    const stem = `${role}-${timestamp ?? "x"}`;
    const copies = seen.get(stem) ?? 0;
    seen.set(stem, copies + 1);
    const turn: Turn = {
      id: copies === 0 ? stem : `${stem}-${copies}`, role, blocks: [], timestamp, model: null, end: "complete",
      error: null,
    };
    turns.push(turn);
    return turn;
  };
  for (const message of messages) {
    if (!isRecord(message)) continue;
    if (message.role === "toolResult") {
      finishCall(calls, message);
    } else if (message.role === "assistant") {
      if (isSilent(message)) continue;
      const last = turns[turns.length - 1];
      const open = last?.role === "assistant" && last.end === "complete" ? last : append("assistant", message);
      extendAnswer(open, message, calls);
    } else if (message.role === "user") {
      append("user", message).blocks.push(...blocksOf(message.content, calls));
    } else if (message.role === "system") {
      append("note", message).blocks.push({ kind: "text", text: noteText(message) });
    }
  }
  return turns.filter((turn) => turn.blocks.length > 0 || turn.error !== null || turn.end !== "complete");
}

function extendAnswer(turn: Turn, message: Record<string, unknown>, calls: Map<string, ToolCall>): void {
  turn.blocks.push(...blocksOf(message.content, calls));
  if (typeof message.timestamp === "number") turn.timestamp = message.timestamp;
  turn.model = modelName(message.provider, message.model) ?? turn.model;
  if (isRecord(message.openclawAbort) || message.stopReason === "aborted") turn.end = "aborted";
  if (message.stopReason === "error") {
    turn.end = "failed";
    turn.error = typeof message.errorMessage === "string" ? message.errorMessage : "The model gave an error.";
  }
}

function blocksOf(content: unknown, calls: Map<string, ToolCall>): Block[] {
  if (typeof content === "string") return content.trim() === "" ? [] : [{ kind: "text", text: content }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((part): Block[] => {
    if (!isRecord(part)) return [];
    if (part.type === "text" && typeof part.text === "string" && part.text.trim() !== "") {
      return [{ kind: "text", text: part.text }];
    }
    if (part.type === "thinking" && typeof part.thinking === "string" && part.thinking.trim() !== "") {
      return [{ kind: "thinking", text: part.thinking }];
    }
    if (part.type === "image") return [{ kind: "image", source: imageSource(part) }];
    if (part.type === "toolCall" && typeof part.id === "string") {
      const call: ToolCall = {
        id: part.id, name: typeof part.name === "string" ? part.name : "tool", args: part.arguments, result: null,
        status: "running",
      };
      calls.set(call.id, call);
      return [{ kind: "tool", call }];
    }
    return [];
  });
}

function finishCall(calls: Map<string, ToolCall>, message: Record<string, unknown>): void {
  const call = typeof message.toolCallId === "string" ? calls.get(message.toolCallId) : undefined;
  if (!call) return;
  call.result = contentText(message.content);
  call.status = message.isError === true ? "failed" : "done";
}

function imageSource(part: Record<string, unknown>): string | null {
  const known = typeof part.mimeType === "string" && /^image\/(png|jpeg|gif|webp)$/.test(part.mimeType);
  return known && typeof part.data === "string" ? `data:${part.mimeType};base64,${part.data}` : null;
}

function isSilent(message: Record<string, unknown>): boolean {
  return contentText(message.content).trim() === "NO_REPLY";
}

function noteText(message: Record<string, unknown>): string {
  const kind = isRecord(message.__openclaw) ? message.__openclaw.kind : undefined;
  return kind === "compaction" ? "Earlier messages were summarised" : contentText(message.content);
}
