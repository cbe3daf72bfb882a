import { type Static, type TSchema, Type } from 'typebox';
import { type AuditActor, writeAudit } from '@aio/platform/queries/audit-log';
import { inTransaction } from '@aio/platform/postgres/transaction';
import type { GameDaysController } from '../../game-days.ts';
import { defineRoute, jsonBody, type Route } from '../../http/define-route.ts';
import { empty, json, reply } from '../../http/reply.ts';
import type { RouteDeps } from '../route-deps.ts';
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

type Deps = Pick<RouteDeps, 'pool'> & { gameDays: GameDaysController };

/** Game days, in development: faults of the running system, and whether alerts say so. */
export function gameDayRoutes(deps: Deps): Route[] {
  return [...watchingRoutes(deps), ...playingRoutes(deps)];
}

function watchingRoutes({ gameDays }: Deps): Route[] {
  const list = defineRoute({
    id: 'listGameDays',
    tag,
    summary: 'List faults with their promises, and the current game',
    description: 'Game days exist only in development, with the controller of `npm start`.',
    method: 'GET',
    path: PATH,
    responses: { 200: json('The faults', GameDaysSchema) },
    handler: async () => reply(200, await gameDays.ask('GET', '/game-days', GameDaysSchema)),
  });

  const show = defineRoute({
    id: 'getGame',
    tag,
    summary: 'Get the current or last game; null = none yet',
    method: 'GET',
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

function playingRoutes({ pool, gameDays }: Deps): Route[] {
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
    handler: async ({ body, actor }) => reply(202, await audited(actor, '/game', GameSchema, body)),
  });

  const stop = defineRoute({
    id: 'stopGame',
    tag,
    summary: 'Mend the system and end the game',
    method: 'POST',
    path: `${PATH}/game/stop`,
    responses: { 202: json('The game ends', GameSchema) },
    // Without an entry in the audit log: PostgreSQL may be what is broken.
    handler: async () => reply(202, await gameDays.ask('POST', '/game/stop', GameSchema)),
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
    handler: async ({ body, actor }) =>
      reply(202, await audited(actor, '/traffic', GameDaysSchema, body)),
  });

  /** Asks the controller, and writes an entry unless it refuses. */
  function audited<Schema extends TSchema>(
    actor: AuditActor,
    path: string,
    schema: Schema,
    body: object,
  ): Promise<Static<Schema>> {
    return inTransaction(pool, async (db) => {
      await writeAudit(db, actor, { target: 'game-days', details: { ...body } });
      return gameDays.ask('POST', path, schema, body);
    });
  }

  return [start, stop, guess, traffic];
}
