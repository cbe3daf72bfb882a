import { AioError } from '@aio/core/errors';

/** A page of a list. Pass the cursor to the next call; null = this was the last page. */
export interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

export interface PageRequest {
  limit: number;
  /** The cursor of an earlier page; null = from the beginning. */
  cursor: string | null;
}

/** Makes a page of rows. Query one row more than the limit. */
export function toPage<Item>(
  rows: readonly Item[],
  limit: number,
  cursorOf: (item: Item) => string,
): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? cursorOf(last) : null };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WHOLE_NUMBER = /^\d{1,9}$/;

/** @throws AioError `bad_request` if this is not a cursor of such a list */
export function parseIdCursor(cursor: string | null): string | null {
  if (cursor !== null && !UUID.test(cursor)) throw badCursor();
  return cursor;
}

/** @throws AioError `bad_request` if this is not a cursor of such a list */
export function parseNumberCursor(cursor: string | null): number | null {
  if (cursor !== null && !WHOLE_NUMBER.test(cursor)) throw badCursor();
  return cursor === null ? null : Number(cursor);
}

function badCursor(): AioError {
  return new AioError(
    'bad_request',
    'This is not a cursor of this list. Start again without a cursor.',
  );
}
