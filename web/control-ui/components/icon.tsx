/** Line icons on a grid of 20. */
const PATHS = {
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  close: "M5 5l10 10M15 5L5 15",
  send: "M10 16V4M5 9l5-5 5 5",
  stop: "M6 6h8v8H6z",
  copy: "M7.5 7.5h8v8h-8zM12.5 4.5h-8v8",
  check: "M4.5 10.5l3.5 3.5 7.5-8",
  chevron: "M7 4.5l5.5 5.5L7 15.5",
  fresh: "M16 10a6 6 0 1 1-1.8-4.3M16.2 3v3.6h-3.6",
  sun:
    "M10 6.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18" +
    "M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1",
  moon: "M16 11.8A6.5 6.5 0 1 1 8.2 4a5.2 5.2 0 0 0 7.8 7.8z",
  half: "M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM10 3.5v13",
  thought: "M4 8.5h12M4 12h8M4 5h12M4 15.5h5",
  down: "M10 4v12M5 11l5 5 5-5",
  cross: "M6 6l8 8M14 6l-8 8",
  tool: "M4 6l3.5 4L4 14M9.5 14.5H16",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
