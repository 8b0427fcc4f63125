import { memo, useState } from "react";
import { textOf, type Block, type Turn } from "../state/turns";
import { CopyButton } from "./copy-button";
import { fullTime, shortTime } from "./format";
import { Icon } from "./icon";
import { Markdown } from "./markdown";
import { ToolCard } from "./tool-card";

interface Props {
  turn: Turn;
  name: string;
  showThinking: boolean;
  live?: boolean;
}

export const TurnView = memo(function TurnView({ turn, name, showThinking, live = false }: Props) {
  if (turn.role === "note") return <div className="divider" role="separator"><span>{textOf(turn)}</span></div>;
  const mine = turn.role === "user";
  const text = textOf(turn);
  return (
    <article className={`turn ${turn.role}`} data-live={live || undefined} aria-label={mine ? "You" : name}>
      {!mine && (
        <header className="turn-head">
          <span className="mark" aria-hidden="true" />
          <span className="turn-name">{name}</span>
          {turn.model && <span className="turn-model">{turn.model}</span>}
        </header>
      )}
      <div className="turn-body">
        {turn.blocks.map((block, index) => (
          <BlockView key={index} block={block} plain={mine} showThinking={showThinking} />
        ))}
        {live && <Writing empty={turn.blocks.length === 0} />}
        {turn.end === "aborted" && <p className="turn-end">Stopped</p>}
        {turn.error !== null && <p className="turn-error" role="alert">{turn.error}</p>}
      </div>
      {!live && (
        <footer className="turn-foot">
          {turn.timestamp !== null && (
            <time dateTime={new Date(turn.timestamp).toISOString()} title={fullTime(turn.timestamp)}>
              {shortTime(turn.timestamp)}
            </time>
          )}
          {text !== "" && <CopyButton text={text} label="Copy message" />}
        </footer>
      )}
    </article>
  );
});

function BlockView({ block, plain, showThinking }: { block: Block; plain: boolean; showThinking: boolean }) {
  switch (block.kind) {
    case "text":
      return plain ? <p className="plain-text" dir="auto">{block.text}</p> : <Markdown text={block.text} />;
    case "thinking":
      return showThinking ? <Thinking text={block.text} /> : null;
    case "tool":
      return <ToolCard call={block.call} />;
    case "image":
      return block.source === null ? <p className="quiet">An image</p> : <img src={block.source} alt="Attached" />;
  }
}

function Thinking({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="thinking">
      <button type="button" className="thinking-head" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="thought" />
        <span>Thinking</span>
        <span className="tool-turn"><Icon name="chevron" /></span>
      </button>
      {open && <div className="thinking-body" dir="auto">{text}</div>}
    </div>
  );
}

function Writing({ empty }: { empty: boolean }) {
  return <div className={empty ? "writing first" : "writing"} aria-hidden="true"><i /><i /><i /></div>;
}
