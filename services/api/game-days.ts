import type { Static, TSchema } from 'typebox';
import { AioError } from '@aio/core/errors';
import { compileSchema, type Validate } from '@aio/core/json/schema-validator';

/** The controller of game days, which `npm start` runs. `@aio/catalog/game-days` has its contract. */
export interface GameDaysController {
  /**
   * Sends a request and checks the answer.
   * @throws AioError `not_found`, `conflict`, or `game_days_away` if no valid answer comes in time
   */
  ask<Schema extends TSchema>(
    method: 'GET' | 'POST',
    path: string,
    schema: Schema,
    body?: object,
  ): Promise<Static<Schema>>;
}

const ANSWER_WITHIN_MS = 10_000;
/** What the controller refuses. It explains these in words for people. */
const REFUSALS: Readonly<Record<number, string>> = {
  404: 'not_found',
  409: 'conflict',
  422: 'conflict',
};

/** @returns null = `gameDaysUrl` is empty */
export function createGameDaysController(
  { gameDaysUrl, gameDaysToken }: { gameDaysUrl: string; gameDaysToken: string },
  answerWithinMs = ANSWER_WITHIN_MS,
): GameDaysController | null {
  if (gameDaysUrl === '') return null;
  const base = gameDaysUrl.replace(/\/+$/, '');
  const validators = new Map<TSchema, Validate>();

  function validatorOf(schema: TSchema): Validate {
    const known = validators.get(schema) ?? compileSchema(schema);
    validators.set(schema, known);
    return known;
  }

  async function send(method: string, path: string, body?: object) {
    try {
      const response = await fetch(`${base}${path}`, {
        method,
        headers: { authorization: `Bearer ${gameDaysToken}`, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        redirect: 'error',
        signal: AbortSignal.timeout(answerWithinMs),
      });
      const text = await response.text();
      const answer: unknown = text === '' ? null : JSON.parse(text);
      return { status: response.status, ok: response.ok, answer };
    } catch (cause) {
      throw away('The controller of game days does not answer.', { cause });
    }
  }

  return {
    async ask(method, path, schema, body) {
      const { status, ok, answer } = await send(method, path, body);
      if (!ok) {
        const code = REFUSALS[status];
        const { error } = (answer ?? {}) as { error?: unknown };
        if (code && typeof error === 'string') throw new AioError(code, error);
        throw away(`The controller of game days answered ${status}.`);
      }
      const [fault] = validatorOf(schema)(answer);
      if (fault)
        throw away(
          `The controller of game days answered ${method} ${path} with a wrong value at ${fault.pointer || '/'}.`,
        );
      return answer as Static<typeof schema>;
    },
  };
}

function away(message: string, options?: { cause: unknown }): AioError {
  return new AioError('game_days_away', message, options);
}
