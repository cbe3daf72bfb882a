/** Bars end at so many times the P95. */
const LONGEST = 2;

/** How a duration looks next to the P95 of its workflow, both in ms: 100 % of the bar is twice the P95. */
export function againstP95(ms: number, p95Ms: number): { percent: number; isSlower: boolean } {
  const ratio = p95Ms > 0 ? ms / p95Ms : LONGEST;
  return {
    percent: (Math.min(ratio, LONGEST) / LONGEST) * 100,
    isSlower: Math.round(ms) > Math.round(p95Ms),
  };
}
