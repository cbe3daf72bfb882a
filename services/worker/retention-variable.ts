import type { Variable } from '@aio/platform/environment';
import { define } from '@aio/platform/variables';

const DAY_MS = 86_400_000;
const EVERYTHING = 'all';

/** How long runs are kept, e.g. `90d`, in milliseconds; null (`all`) = forever. */
export function retention(name: string): Variable<number | null> {
  const expected = `a number of days from 1d to 36500d, like 90d, or ${EVERYTHING}`;
  return define<number | null>(name, expected, { fallback: null }, (given) => {
    if (given === EVERYTHING) return null;
    const days = Number(/^(\d{1,5})d$/.exec(given)?.[1]);
    return days >= 1 && days <= 36_500 ? days * DAY_MS : undefined;
  });
}
