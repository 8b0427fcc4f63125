/** Markdown from a model or a tool to HTML that can do no harm. */
import DOMPurify from "dompurify";
import { marked } from "marked";

/** Longer texts are cut. */
const MOST_CHARACTERS = 140_000;
/** Longer texts are shown as they are: parsing them would hold up the page. */
const MOST_PARSED = 40_000;

const ALLOWED_TAGS = [
  "p", "br", "strong", "em", "del", "code", "pre", "a", "ul", "ol", "li", "blockquote", "h1", "h2", "h3", "h4", "h5",
  "h6", "hr", "table", "thead", "tbody", "tr", "th", "td", "div", "span", "button", "input", "img",
];
const ALLOWED_ATTRIBUTES = [
  "href", "title", "target", "rel", "class", "type", "align", "start", "checked", "disabled", "src", "alt", "data-copy",
];

const escaped = (text: string): string =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

const isSafeLink = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href.trim());
const isInlineImage = (href: string): boolean => /^data:image\/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(href);

function makeRenderer(): marked.Renderer<never> {
  const renderer = new marked.Renderer<never>();
  // HTML in the text is shown as text: models write it far more often as an example than to be drawn.
  renderer.html = (html) => escaped(html);
  renderer.link = (href, _title, text) =>
    href !== null && isSafeLink(href)
      ? `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>` : text;
  // A picture from elsewhere would tell its server that, and what, was read here. It becomes a link.
  renderer.image = (href, _title, text) => {
    if (href !== null && isInlineImage(href)) return `<img src="${escaped(href)}" alt="${escaped(text)}">`;
    const caption = `Image: ${escaped(text || "without a title")}`;
    return href !== null && isSafeLink(href)
      ? `<a href="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${caption}</a>` : caption;
  };
  renderer.code = (code, language) => {
    const name = escaped((language ?? "").split(/\s/)[0] ?? "");
    return (
      `<div class="code"><div class="code-head"><span>${name || "text"}</span>` +
      `<button type="button" class="button small" data-copy="code">Copy</button></div>` +
      `<pre><code>${escaped(code)}</code></pre></div>`
    );
  };
  renderer.table = (header, body) =>
    `<div class="table-frame"><table><thead>${header}</thead><tbody>${body}</tbody></table></div>`;
  return renderer;
}

let renderer: marked.Renderer<never> | undefined;

export function markdownHTML(text: string): string {
  renderer ??= makeRenderer();
  const shown = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}\n\n(cut)` : text;
  const html =
    shown.length > MOST_PARSED
      ? `<pre class="plain">${escaped(shown)}</pre>`
      : marked.parse(shown, { renderer, gfm: true, breaks: true, headerIds: false, mangle: false });
  return DOMPurify.sanitize(html, {
    ALLOWED_TAGS, ALLOWED_ATTR: ALLOWED_ATTRIBUTES, ALLOW_DATA_ATTR: false, ALLOW_ARIA_ATTR: false,
    ADD_ATTR: ["target"], RETURN_TRUSTED_TYPE: false,
  });
}
