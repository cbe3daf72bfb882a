import { json } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { Game, GameDays, StartGame } from '@aio/catalog/game-days';
import { startHttpServer } from '@aio/tools/testing/http-server';
import { sampleFaults, sampleGame } from './sample-game.ts';

const TOKEN = 'a-token-of-the-controller';

/** The controller of game days as its contract describes it, with games that tests write. */
export interface StandInController {
  /** Settings of the API. */
  env: Record<string, string>;
  /** What it answers. */
  days: GameDays;
  /** What it was asked, e.g. `POST /game {"blind":true}`. */
  asked: string[];
  /** Names of those on whose behalf the API asked. */
  askers: string[];
  /** Answers this to everything; null = as usual. */
  refusal: { status: number; body: unknown } | null;
}

export async function startStandInController(t: TestContext): Promise<StandInController> {
  const server = await startHttpServer(async (request, response) => {
    const isPost = request.method === 'POST';
    const { by, ...body } = (isPost ? await json(request).catch(() => ({})) : {}) as {
      by?: { name: string };
    };
    const asked = `${request.method} ${request.url}`;
    const isEmpty = Object.keys(body).length === 0;
    controller.asked.push(isEmpty ? asked : `${asked} ${JSON.stringify(body)}`);
    if (by) controller.askers.push(by.name);
    const isAllowed =
      request.headers.authorization === `Bearer ${TOKEN}` && request.headers.origin === undefined;
    const { status, body: answer } =
      controller.refusal ??
      (isAllowed
        ? { status: isPost ? 202 : 200, body: answerTo(asked, body) }
        : { status: 401, body: { error: 'the token is missing or wrong' } });
    response.writeHead(status).end(JSON.stringify(answer));
  });
  t.after(server.close);
  const controller: StandInController = {
    env: { GAME_DAYS_URL: server.url, GAME_DAYS_TOKEN: TOKEN },
    days: {
      faults: sampleFaults(),
      traffic: { isRunning: true, minutes: 22, missingMinutes: 8 },
      undelivered: null,
      game: null,
    },
    asked: [],
    askers: [],
    refusal: null,
  };
  return controller;

  function answerTo(asked: string, body: unknown): unknown {
    const { days } = controller;
    if (asked === 'GET /game-days' || asked === 'POST /traffic') return days;
    if (asked === 'GET /game') return days.game;
    if (asked === 'POST /game') {
      const start = body as StartGame;
      const isBlind = 'blind' in start;
      return setGame(sampleGame({ isBlind, fault: isBlind ? null : start.fault }));
    }
    const game = days.game ?? sampleGame();
    if (asked === 'POST /game/stop') return setGame({ ...game, state: 'mending' });
    if (asked === 'POST /game/guess') {
      const { fault } = body as { fault: string };
      const guess = { fault, isRight: fault === 'no-worker' };
      return setGame({ ...game, fault: 'no-worker', guess });
    }
    return null;
  }

  function setGame(game: Game): Game {
    controller.days = { ...controller.days, game };
    return game;
  }
}
