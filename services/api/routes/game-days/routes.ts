import { Type } from 'typebox';
import type { GameDaysController } from '../../game-days.ts';
import { defineRoute, jsonBody, type Route, SMALL } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import {
  GameDaysSchema,
  GameSchema,
  GuessBody,
  MaybeGameSchema,
  StartGameBody,
  TrafficBody,
} from './schema.ts';

const PATH = '/api/v1/game-days';
const tag = 'game-days';
const Anything = Type.Unknown();

/**
 * Game days, in development: faults of the running system, and whether alerts say so. The controller writes the audit log,
 * because `npm run game-day` asks it, too.
 */
export function gameDayRoutes(gameDays: GameDaysController): Route[] {
  return [...watchingRoutes(gameDays), ...playingRoutes(gameDays)];
}

function watchingRoutes(gameDays: GameDaysController): Route[] {
  const list = defineRoute({
    id: 'listGameDays',
    tag,
    summary: 'List faults with their promises, and the current game',
    description: 'Game days exist only in development, with the controller of `npm start`.',
    method: 'GET',
    atMost: SMALL,
    path: PATH,
    responses: { 200: json('The faults', GameDaysSchema) },
    handler: async () => reply(200, await gameDays.ask('GET', '/game-days', GameDaysSchema)),
  });

  const show = defineRoute({
    id: 'getGame',
    tag,
    summary: 'Get the current or last game; null = none yet',
    method: 'GET',
    atMost: SMALL,
    path: `${PATH}/game`,
    responses: { 200: json('The game', MaybeGameSchema) },
    handler: async () => reply(200, await gameDays.ask('GET', '/game', MaybeGameSchema)),
  });

  const watch = defineRoute({
    id: 'watchGame',
    tag,
    summary: 'Keep the game alive',
    description: 'If no page watches for 90 seconds, the controller mends the system.',
    method: 'POST',
    path: `${PATH}/game/watching`,
    responses: { 204: empty('The controller knows') },
    async handler() {
      await gameDays.ask('POST', '/game/watching', Anything);
      return reply(204, undefined);
    },
  });

  return [list, show, watch];
}

function playingRoutes(gameDays: GameDaysController): Route[] {
  const start = defineRoute({
    id: 'startGame',
    tag,
    summary: 'Break the running system',
    description:
      'Starts traffic and causes the fault. The controller mends it in the end, after ten minutes at most, or if no page watches.',
    method: 'POST',
    path: `${PATH}/game`,
    body: jsonBody(StartGameBody),
    responses: { 202: json('The game starts', GameSchema) },
    handler: async ({ body, actor: by }) =>
      reply(202, await gameDays.ask('POST', '/game', GameSchema, { ...body, by })),
  });

  const stop = defineRoute({
    id: 'stopGame',
    tag,
    summary: 'Mend the system and end the game',
    method: 'POST',
    path: `${PATH}/game/stop`,
    responses: { 202: json('The game ends', GameSchema) },
    handler: async ({ actor: by }) =>
      reply(202, await gameDays.ask('POST', '/game/stop', GameSchema, { by })),
  });

  const guess = defineRoute({
    id: 'guessFault',
    tag,
    summary: 'Name the cause in a blind game',
    description: 'The first guess counts. After it, the game shows its fault to everyone.',
    method: 'POST',
    path: `${PATH}/game/guess`,
    body: jsonBody(GuessBody),
    responses: { 202: json('The game with its fault', GameSchema) },
    handler: async ({ body }) =>
      reply(202, await gameDays.ask('POST', '/game/guess', GameSchema, body)),
  });

  const traffic = defineRoute({
    id: 'runTraffic',
    tag,
    summary: 'Run traffic, which promises need, or stop it',
    method: 'POST',
    path: `${PATH}/traffic`,
    body: jsonBody(TrafficBody),
    responses: { 202: json('The faults and the traffic', GameDaysSchema) },
    handler: async ({ body, actor: by }) =>
      reply(202, await gameDays.ask('POST', '/traffic', GameDaysSchema, { ...body, by })),
  });

  return [start, stop, guess, traffic];
}
