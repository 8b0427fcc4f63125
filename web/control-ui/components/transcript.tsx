import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { assistantName, type AppState } from "../state/app-state";
import { textOf, type Turn } from "../state/turns";
import { liveTurn } from "../state/run";
import { Icon } from "./icon";
import { TurnView } from "./turn-view";

/** How near to the end counts as reading along. In pixels. */
const NEAR = 80;

export function Transcript({ state, onSuggest }: { state: AppState; onSuggest: (text: string) => void }) {
  const { chat, phase, settings } = state;
  const name = assistantName(state);
  const frame = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);

  useEffect(() => setFollowing(true), [chat.sessionKey]);
  useLayoutEffect(() => {
    if (following && frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  });

  const turns = [...chat.history, ...chat.echoes.map((echo) => echo.turn)];
  const empty = turns.length === 0 && chat.runs.length === 0;
  const view = (turn: Turn, live = false) => (
    <TurnView key={turn.id} turn={turn} name={name} showThinking={settings.showThinking} live={live} />
  );
  return (
    <div className="transcript-frame">
      <div
        className="transcript" ref={frame} role="region" aria-label="Conversation" aria-busy={chat.loading === "first"}
        tabIndex={0}
        onScroll={({ currentTarget: it }) => setFollowing(it.scrollHeight - it.scrollTop - it.clientHeight < NEAR)}
      >
        <div className="column">
          {chat.loading === "first" && <Skeleton />}
          {chat.loadError !== null && (
            <p className="turn-error" role="alert">The conversation cannot be loaded: {chat.loadError}</p>
          )}
          {empty && chat.loading !== "first" && chat.loadError === null && (
            <Welcome name={name} onSuggest={onSuggest} />
          )}
          {turns.map((turn) => view(turn))}
          {chat.runs.map((run) => view(liveTurn(run), phase.kind === "ready"))}
          {chat.notice !== null && <p className="quiet notice" role="status">{chat.notice}</p>}
        </div>
      </div>
      {!following && !empty && (
        <button type="button" className="button to-end" onClick={() => setFollowing(true)}>
          <Icon name="down" /><span>Newest</span>
        </button>
      )}
      <Announcer last={turns[turns.length - 1]} writing={chat.runs.length > 0} name={name} />
    </div>
  );
}

/** Tells screen readers that an answer is being written, and then the answer, once. */
function Announcer({ last, writing, name }: { last: Turn | undefined; writing: boolean; name: string }) {
  const wasWriting = useRef(false);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (writing) setSaid(`${name} is answering.`);
    else if (wasWriting.current && last?.role === "assistant") setSaid(last.error ?? textOf(last).slice(0, 600));
    wasWriting.current = writing;
  }, [writing, last, name]);
  return <div className="off-screen" role="status" aria-live="polite">{said}</div>;
}

function Skeleton() {
  return <div className="skeleton" role="status" aria-label="Loading the conversation"><i /><i /><i /></div>;
}

const SUGGESTIONS = ["What can you do?", "What time is it?", "List my sessions"];

function Welcome({ name, onSuggest }: { name: string; onSuggest: (text: string) => void }) {
  return (
    <div className="welcome">
      <span className="mark large" aria-hidden="true" />
      <h1>What shall we do?</h1>
      <p className="quiet">{name} runs on your own machine. Ask for something, or begin with one of these.</p>
      <div className="suggestions">
        {SUGGESTIONS.map((text) => (
          <button key={text} type="button" className="button" onClick={() => onSuggest(text)}>{text}</button>
        ))}
      </div>
    </div>
  );
}
