import type { Queryable } from '../../postgres/queryable.ts';
import { earliestIdOf, timeOfId } from '../id-times.ts';

/** How much of an input a search covers. */
const INPUT_CHARACTERS = 8_192;
const ERROR_CHARACTERS = 2_048;
const BATCH = 500;
/** Ids come from clocks of several processes, and transactions commit in another order. */
const OVERLAP_MS = 30_000;

/** SQL: words of a text, as `toSearch` splits them: at ASCII punctuation, independent of the database's locale. */
const wordsOf = (text: string) =>
  `to_tsvector('simple', regexp_replace(${text}, '[\\x01-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7f]+', ' ', 'g'))`;

/** Only one process at a time does the work; others find nothing to do. */
const IS_ALONE = `(select pg_try_advisory_xact_lock(hashtext('aio run_texts')))`;

/**
 * Adds the words of one batch of new runs.
 * @returns true = there is more to do
 */
export async function addRunTexts(db: Queryable): Promise<boolean> {
  const newest = await db.query({
    name: 'newest-run-text',
    text: 'select run_id as id from run_texts order by run_id desc limit 1',
  });
  const after = newest.rows[0] ? overlapBefore(newest.rows[0].id) : earliestIdOf(new Date(0));
  const { rowCount } = await db.query({
    name: 'add-run-texts',
    text: `
      insert into run_texts (run_id, words, is_final)
      select r.id, ${wordsOf(`r.workflow_name || ' ' || coalesce(r.title, '') || ' ' || left(r.input::text, ${INPUT_CHARACTERS})`)}, false
      from runs r
      where ${IS_ALONE} and r.id > $1 and not exists (select from run_texts t where t.run_id = r.id)
      order by r.id limit ${BATCH}
      on conflict do nothing`,
    values: [after],
  });
  return rowCount === BATCH;
}

/**
 * Adds the words of the errors of one batch of ended runs. The cost grows with the number of open runs: 46 ms with
 * 100,000.
 * @returns true = there is more to do
 */
export async function endRunTexts(db: Queryable): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'end-run-texts',
    text: `
      with ended as (
        select t.run_id, left(r.error::text, ${ERROR_CHARACTERS}) as error
        from run_texts t join runs r on r.id = t.run_id
        where ${IS_ALONE} and not t.is_final and r.finished_at is not null
        order by t.run_id limit ${BATCH}
      )
      update run_texts t set
        is_final = true,
        words = case when e.error is null then t.words else t.words || ${wordsOf('e.error')} end
      from ended e where t.run_id = e.run_id`,
  });
  return rowCount === BATCH;
}

function overlapBefore(id: string): string {
  return earliestIdOf(timeOfId(id), -OVERLAP_MS);
}

/** A search for words, and for the beginning or the end of an id. */
export interface Search {
  /** For `to_tsquery`: each word is a prefix of a word of the run; null = no words. */
  query: string | null;
  /** Inclusive bounds of ids; null = the text is not the prefix of an id. */
  ids: readonly [least: string, greatest: string] | null;
  /** The last 8 characters of an id, which lists show in its place; null = the text is no such end. */
  idEnd: string | null;
}

const MOST_WORDS = 10;
const ID_START = /^[0-9a-f]{4,8}(-[0-9a-f-]*)?$/;
const ID_END = /^[0-9a-f]{8}$/;

/** Parses what a user has typed. */
export function toSearch(text: string): Search {
  const words = text
    .split(/[^A-Za-z0-9\u0080-\uffff]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS);
  const query = words.length === 0 ? null : words.map((word) => `${word}:*`).join(' & ');
  const start = text.trim().toLowerCase();
  const isStart = ID_START.test(start) && start.length <= 36;
  return {
    query,
    ids: isStart ? [pad(start, '0'), pad(start, 'f')] : null,
    idEnd: ID_END.test(start) ? start : null,
  };
}

function pad(start: string, digit: string): string {
  return start + '00000000-0000-0000-0000-000000000000'.replaceAll('0', digit).slice(start.length);
}
