import { useEffect, useState } from "react";
import { copyText } from "./copy";
import { Icon } from "./icon";

interface Props {
  text: string;
  label: string;
  /** Shown beside the icon; without it the label is for screen readers only. */
  caption?: string;
}

export function CopyButton({ text, label, caption }: Props) {
  const [state, setState] = useState<"idle" | "done" | "failed">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), 1_600);
    return () => clearTimeout(timer);
  }, [state]);
  const said = state === "done" ? "Copied" : state === "failed" ? "Copying failed" : label;
  return (
    <button
      type="button" className={caption ? "button small" : "icon-button small"} aria-label={said} title={said}
      onClick={async () => setState((await copyText(text)) ? "done" : "failed")}
    >
      <Icon name={state === "done" ? "check" : state === "failed" ? "cross" : "copy"} />
      {caption && <span>{state === "done" ? "Copied" : caption}</span>}
    </button>
  );
}
