import { useEffect, useRef, useState } from "react";
import type { SessionRow } from "../state/sessions";
import { nameOfKey } from "../state/sessions";
import { ago } from "./format";
import { Icon } from "./icon";

interface Props {
  sessions: SessionRow[];
  current: string;
  /** On a narrow screen: the drawer is out. */
  open: boolean;
  online: boolean;
  onClose: () => void;
  onPick: (key: string) => void;
  onStartOver: () => void;
}

export function Sidebar({ sessions, current, open, online, onClose, onPick, onStartOver }: Props) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (open) close.current?.focus();
  }, [open]);
  const listed = sessions.some((row) => row.key === current);
  const rows = listed ? sessions : [
    { key: current, name: nameOfKey(current), channel: null, updatedAt: null, model: null }, ...sessions,
  ];
  return (
    <>
      {open && <div className="veil" onClick={onClose} />}
      <nav className={open ? "sidebar open" : "sidebar"} aria-label="Conversations">
        <div className="sidebar-head">
          <img src="./assets/favicon.svg" alt="" width="24" height="24" />
          <span className="brand">OpenClaw</span>
          <button
            ref={close} type="button" className="icon-button drawer-only" aria-label="Close the list" onClick={onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <StartOver key={current} disabled={!online} onConfirm={onStartOver} />
        <ul className="sessions">
          {rows.map((row) => (
            <li key={row.key}>
              <button
                type="button" className="session" aria-current={row.key === current ? "true" : undefined}
                title={row.key} onClick={() => { onPick(row.key); onClose(); }}
              >
                <span className="session-name">{row.name}</span>
                <span className="session-more">
                  {[row.channel, row.updatedAt === null ? null : ago(row.updatedAt)].filter(Boolean).join(" · ")}
                </span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
    </>
  );
}

/** Two steps: what was said leaves the page, although the Gateway keeps it in its archive. */
function StartOver({ disabled, onConfirm }: { disabled: boolean; onConfirm: () => void }) {
  const [asking, setAsking] = useState(false);
  if (!asking) {
    return (
      <button type="button" className="button wide" disabled={disabled} onClick={() => setAsking(true)}>
        <Icon name="fresh" /><span>Start over</span>
      </button>
    );
  }
  return (
    <div className="confirm" role="group" aria-label="Start over">
      <p>Begin this conversation anew? What was said is kept in the archive of the Gateway.</p>
      <button type="button" className="button primary" autoFocus onClick={() => { setAsking(false); onConfirm(); }}>
        Start over
      </button>
      <button type="button" className="button" onClick={() => setAsking(false)}>Cancel</button>
    </div>
  );
}
