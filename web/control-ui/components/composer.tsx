import { useEffect, useLayoutEffect, useRef, type KeyboardEvent } from "react";
import type { Outgoing } from "../state/chat-state";
import { Icon } from "./icon";

interface Props {
  draft: string;
  onDraft: (text: string) => void;
  onSend: (text: string) => void;
  onStop: () => void;
  onTakeBack: (key: string) => void;
  onRemove: (key: string) => void;
  onRetry: (key: string) => void;
  /** The messages of this conversation that the Gateway has not accepted. */
  outbox: Outgoing[];
  busy: boolean;
  online: boolean;
}

const TALLEST = 220;

export function Composer(props: Props) {
  const { draft, onDraft, onSend, onStop, busy, online } = props;
  const area = useRef<HTMLTextAreaElement>(null);
  const canSend = draft.trim() !== "";

  useLayoutEffect(() => {
    const it = area.current;
    if (!it) return;
    it.style.height = "auto";
    it.style.height = `${Math.min(it.scrollHeight, TALLEST)}px`;
  }, [draft]);
  useEffect(() => {
    area.current?.setAttribute("enterkeyhint", "send");
    // On a phone the keyboard would cover the conversation at once.
    if (matchMedia("(pointer: fine)").matches) area.current?.focus();
  }, []);

  const submit = () => {
    if (!canSend) return;
    onSend(draft.trim());
    onDraft("");
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter chooses a word; Safari tells it by the key code only.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  };
  return (
    <div className="composer-frame">
      <div className="column">
        <Waiting {...props} />
        <form className="composer" onSubmit={(event) => { event.preventDefault(); submit(); }}>
          <textarea
            ref={area} rows={1} value={draft} dir="auto" aria-label="Message"
            placeholder={online ? "Write a message" : "Sent when the Gateway is back"}
            onChange={(event) => onDraft(event.target.value)} onKeyDown={onKeyDown}
          />
          {busy && (
            <button
              type="button" className="round stop" aria-label="Stop the answer" title="Stop (Esc)" onClick={onStop}
            >
              <Icon name="stop" />
            </button>
          )}
          {(!busy || canSend) && (
            <button type="submit" className="round" disabled={!canSend} aria-label={busy || !online ? "Queue" : "Send"}
              title={busy ? "Queue: sent when the answer is complete" : "Send (Enter)"}>
              <Icon name="send" />
            </button>
          )}
        </form>
        <p className="keys" aria-hidden="true">
          <kbd>Enter</kbd> sends, <kbd>Shift</kbd> <kbd>Enter</kbd> begins a line, <kbd>Esc</kbd> stops
        </p>
      </div>
    </div>
  );
}

function Waiting({ outbox, online, onTakeBack, onRemove, onRetry }: Props) {
  const shown = outbox.filter((message) => message.state !== "sending");
  if (shown.length === 0) return null;
  return (
    <ul className="outbox" aria-label="Messages not sent yet">
      {shown.map(({ key, text, state, error }) => (
        <li key={key} className={state}>
          <span className="outbox-state">{state === "failed" ? "Not sent" : online ? "Queued" : "Waiting"}</span>
          <span className="outbox-text">{text}</span>
          {state === "failed" && (
            <button type="button" className="button small" onClick={() => onRetry(key)}>Try again</button>
          )}
          <button type="button" className="button small" onClick={() => onTakeBack(key)}>Edit</button>
          <button
            type="button" className="icon-button small" aria-label="Remove" title="Remove" onClick={() => onRemove(key)}
          >
            <Icon name="close" />
          </button>
          {error !== null && <span className="outbox-error" role="alert">{error}</span>}
        </li>
      ))}
    </ul>
  );
}
