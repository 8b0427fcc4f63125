import { memo, useMemo, type MouseEvent } from "react";
import { copyText } from "./copy";
import { markdownHTML } from "./markdown-html";

/** The copy buttons of code blocks are part of the HTML; their clicks arrive here. */
async function onClick(event: MouseEvent<HTMLElement>): Promise<void> {
  const button = event.target instanceof Element ? event.target.closest<HTMLElement>("button[data-copy]") : null;
  const code = button?.closest(".code")?.querySelector("code")?.textContent;
  if (!button || code === null || code === undefined) return;
  button.textContent = (await copyText(code)) ? "Copied" : "Failed";
  setTimeout(() => (button.textContent = "Copy"), 1_600);
}

export const Markdown = memo(function Markdown({ text }: { text: string }) {
  const html = useMemo(() => ({ __html: markdownHTML(text) }), [text]);
  return <div className="markdown" dir="auto" onClick={onClick} dangerouslySetInnerHTML={html} />;
});
