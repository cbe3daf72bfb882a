import { STEP_LANES } from '@aio/core/run/jobs';
import type { Variable } from '@aio/platform/environment';
import { define } from '@aio/platform/variables';

/** Slots by lane. */
export type LaneSlots = ReadonlyMap<string, number>;

/**
 * `http:64,llm:16` = at most 64 http steps and 16 llm steps at once. A lane without a number gets its default. The worker
 * does not serve a lane that is not listed.
 */
export function lanes(name: string, fallback: LaneSlots): Variable<LaneSlots> {
  const example = [...fallback].map(([lane, slots]) => `${lane}:${slots}`).join(',');
  const expected = `lanes (${STEP_LANES.join(', ')}) with their slots, like ${example}, or none`;
  return define<LaneSlots>(name, expected, { fallback }, (given) => {
    const parsed = new Map<string, number>();
    if (given.trim() === 'none') return parsed;
    for (const part of given.split(',')) {
      const match = /^([a-z]+)(?::([1-9]\d{0,4}))?$/.exec(part.trim());
      if (!match || !STEP_LANES.includes(match[1]!) || parsed.has(match[1]!)) return undefined;
      parsed.set(match[1]!, match[2] === undefined ? fallback.get(match[1]!)! : Number(match[2]));
    }
    return parsed;
  });
}
