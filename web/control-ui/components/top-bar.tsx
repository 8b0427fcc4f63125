import type { Phase } from "../../shared/gateway-socket";
import type { Settings, Theme } from "../state/settings";
import { Icon, type IconName } from "./icon";

interface Props {
  title: string;
  model: string | null;
  phase: Phase;
  settings: Settings;
  onMenu: () => void;
  onSettings: (change: Partial<Settings>) => void;
}

const NEXT_THEME: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const THEME_ICON: Record<Theme, IconName> = { system: "half", light: "sun", dark: "moon" };

export function TopBar({ title, model, phase, settings, onMenu, onSettings }: Props) {
  const { theme, showThinking } = settings;
  return (
    <header className="top-bar">
      <button type="button" className="icon-button drawer-only" aria-label="Conversations" onClick={onMenu}>
        <Icon name="menu" />
      </button>
      <div className="top-title">
        <h2>{title}</h2>
        {model && <span className="top-model" title="The model that answers here">{model}</span>}
      </div>
      <Health phase={phase} />
      <button
        type="button" className="icon-button" aria-pressed={showThinking} aria-label="Show thinking"
        title={showThinking ? "Thinking is shown" : "Thinking is hidden"}
        onClick={() => onSettings({ showThinking: !showThinking })}
      >
        <Icon name="thought" />
      </button>
      <button
        type="button" className="icon-button" aria-label={`Colours: ${theme}`} title={`Colours: ${theme}`}
        onClick={() => onSettings({ theme: NEXT_THEME[theme] })}
      >
        <Icon name={THEME_ICON[theme]} />
      </button>
    </header>
  );
}

function Health({ phase }: { phase: Phase }) {
  const [kind, text] =
    phase.kind === "ready" ? ["good", "Connected"]
    : phase.kind === "connecting" ? ["busy", "Connecting"]
    : phase.kind === "lost" && phase.restarting ? ["busy", "Restarting"]
    : ["bad", "Offline"];
  return (
    <span className={`health ${kind}`} role="status" title={text}>
      <i aria-hidden="true" /><span className="health-text">{text}</span>
    </span>
  );
}
