import { memo, useState } from "react";
import type { ToolCall } from "../state/turns";
import { argumentSummary, prettyArguments } from "./format";
import { Icon } from "./icon";

const STATUS = { running: "running", done: "done", failed: "failed" } as const;

export const ToolCard = memo(function ToolCard({ call }: { call: ToolCall }) {
  const [open, setOpen] = useState(false);
  const summary = argumentSummary(call.args);
  const hasArguments = summary !== "" && summary !== "{}";
  return (
    <div className={`tool ${call.status}`} data-tool={call.name}>
      <button type="button" className="tool-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span className="tool-status">
          {call.status === "running" && <span className="spinner" />}
          {call.status !== "running" && <Icon name={call.status === "done" ? "check" : "cross"} />}
        </span>
        <span className="tool-name">{call.name}</span>
        <span className="tool-args">{hasArguments ? summary : ""}</span>
        <span className="off-screen">{STATUS[call.status]}</span>
        <span className="tool-turn"><Icon name="chevron" /></span>
      </button>
      {open && (
        <div className="tool-body">
          {hasArguments && <Part title="Arguments" text={prettyArguments(call.args)} />}
          {call.result ? <Part title="Result" text={call.result} /> : <p className="quiet">{emptyText(call)}</p>}
        </div>
      )}
    </div>
  );
});

function Part({ title, text }: { title: string; text: string }) {
  return (
    <>
      <div className="tool-title">{title}</div>
      <pre tabIndex={0} aria-label={title}>{text}</pre>
    </>
  );
}

function emptyText(call: ToolCall): string {
  if (call.status === "running") return "Still running.";
  return call.status === "failed" ? "Failed without a result." : "Completed without a result to show.";
}
