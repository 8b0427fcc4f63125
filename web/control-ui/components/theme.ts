import { useLayoutEffect } from "react";
import type { Theme } from "../state/settings";

/** Puts the chosen colours on the page; `system` follows the system while the page is open. */
export function useTheme(theme: Theme): void {
  useLayoutEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      document.documentElement.dataset.theme = theme === "system" ? (dark.matches ? "dark" : "light") : theme;
    };
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [theme]);
}
