/** The title of a run, from the `title` of its definition. */

import { AioError, type Failure } from '../errors.ts';
import { compileTemplate } from '../expression/template.ts';

export const MAX_TITLE_CHARACTERS = 120;

/** A title; or none, and why it could not be evaluated. */
export type Title = { text: string | null; failure: null } | { text: null; failure: Failure };

export type TitleOf = (input: unknown, runId: string) => Title;

/**
 * Compiles a valid `title`. It is evaluated when a run is accepted, and never stops one.
 *
 * @throws AioError `expression_syntax`
 */
export function compileTitle(title: string): TitleOf {
  const template = compileTemplate(title);
  return (input, runId) => {
    try {
      const value = template.evaluate({ input, run: { id: runId }, steps: {} });
      return { text: toLine(value), failure: null };
    } catch (error) {
      if (!(error instanceof AioError)) throw error;
      return { text: null, failure: { code: error.code, message: error.message } };
    }
  };
}

/** One line that PostgreSQL can hold; null = nothing to show. */
function toLine(value: unknown): string | null {
  if (value === null) return null;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const line = text
    .toWellFormed()
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line === '' ? null : cut(line);
}

function cut(line: string): string {
  if (line.length <= MAX_TITLE_CHARACTERS) return line;
  const characters = Array.from(line.slice(0, 2 * MAX_TITLE_CHARACTERS + 2));
  if (characters.length <= MAX_TITLE_CHARACTERS) return line;
  return `${characters
    .slice(0, MAX_TITLE_CHARACTERS - 1)
    .join('')
    .trimEnd()}…`;
}
