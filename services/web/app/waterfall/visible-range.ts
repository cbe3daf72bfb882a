/** Lines drawn beyond each edge, so that a flick of the wheel does not show a gap. */
const OVERSCAN = 8;

/** Which lines of equal height lie in view, as a half-open range of indexes; pixels in. */
export function visibleRange(
  view: { scrollTop: number; height: number },
  rowHeight: number,
  count: number,
): { start: number; end: number } {
  const first = Math.floor(view.scrollTop / rowHeight) - OVERSCAN;
  const last = Math.ceil((view.scrollTop + view.height) / rowHeight) + OVERSCAN;
  const end = Math.max(0, Math.min(count, last));
  return { start: Math.min(Math.max(0, first), end), end };
}
