import type { Game, GameDays } from '@aio/catalog/game-days';
import { StackError } from '@aio/tools/stack-error';
import type { Address } from './address.ts';

const ANSWER_MS = 30_000;

export type GameDaysClient = ReturnType<typeof createGameDaysClient>;

/** Asks the controller. Methods throw a StackError with its reason for a refusal. */
export function createGameDaysClient({ url, token }: Address) {
  async function send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch((cause: Error) => {
      throw new StackError('the controller has ended; what is broken is mended without it', {
        cause,
      });
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new StackError((answer as { error: string }).error);
    return answer as Answer;
  }
  return {
    list: () => send<GameDays>('GET', '/game-days'),
    show: () => send<Game>('GET', '/game'),
    start: (fault: string) => send<Game>('POST', '/game', { fault }),
    watching: () => send<null>('POST', '/game/watching'),
    stop: () => send<Game>('POST', '/game/stop'),
    setTraffic: (minutes: number) => send<GameDays>('POST', '/traffic', { minutes }),
  };
}
