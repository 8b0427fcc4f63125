import { useEffect, useState } from "react";

/** "Next try in 3 s." Screen readers hear it once, not every second. */
export function Countdown({ until, before }: { until: number; before: string }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  return <span aria-hidden="true">{seconds === 0 ? `${before} now. ` : `${before} in ${seconds} s. `}</span>;
}
