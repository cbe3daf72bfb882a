import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Guess, StartGame, Traffic } from '@aio/catalog/game-days';
import { whyForeign } from '@aio/http/loopback';
import { BodyError, readBody } from '@aio/http/read-body';
import type { Inbox, Message } from '../drills/alerts/kit/receiver.ts';
import { type Asker, type Controller, Refused } from './controller.ts';

const MOST_BYTES = 4096;
/** Alertmanager sends groups of alerts with their annotations. */
const MOST_DELIVERED_BYTES = 4 * 1024 * 1024;

export interface ServerOptions {
  controller: Pick<
    Controller,
    'list' | 'show' | 'start' | 'stop' | 'watching' | 'guess' | 'setTraffic'
  >;
  inbox: Inbox;
  /** Opens everything but deliveries. */
  token: string;
  /** Alertmanager's: opens nothing but deliveries. */
  deliveryToken: string;
}

type Body = Readonly<Record<string, unknown>>;
type Route = (body: Body, by: Asker) => Promise<unknown> | unknown;

/** The API names who asks. Others have read the token in the data folder, as `npm run game-day` does. */
const ON_THIS_MACHINE: Asker = {
  subject: 'game-day',
  name: 'npm run game-day',
  via: 'bearer',
  address: '127.0.0.1',
  traceId: null,
};

/** The HTTP side of the controller; `@aio/catalog/game-days` has its contract. */
export function createGameDaysServer(options: ServerOptions): Server {
  const { controller, inbox, token, deliveryToken } = options;
  const routes: Readonly<Record<string, Route>> = {
    'GET /game-days': () => controller.list(),
    'GET /game': () => controller.show(),
    'POST /game': (body, by) => controller.start(readStart(body), by),
    'POST /game/stop': (_, by) => controller.stop(by),
    'POST /game/watching': () => controller.watching(),
    'POST /game/guess': (body) => controller.guess(readGuess(body).fault),
    'POST /traffic': (body, by) => controller.setTraffic(readTraffic(body).minutes, by),
  };

  async function answer(request: IncomingMessage): Promise<[status: number, body: unknown]> {
    const path = request.url ?? '/';
    const reason = whyForeign(request);
    if (reason !== null) throw new Refused(403, reason);
    if (path === '/health') return [200, { status: 'ok' }];
    const key = `${request.method} ${path}`;
    const isDelivery = key === 'POST /delivered';
    requireToken(request, isDelivery ? deliveryToken : token);
    if (isDelivery) {
      inbox.receive(JSON.parse(await readBody(request, MOST_DELIVERED_BYTES)) as Message);
      return [200, null];
    }
    const route = Object.hasOwn(routes, key) ? routes[key] : undefined;
    if (!route) throw new Refused(404, `no ${key}`);
    const { by = ON_THIS_MACHINE, ...body } = readObject(await readBody(request, MOST_BYTES));
    const answered = (await route(body, by as Asker)) ?? null;
    return [request.method === 'GET' ? 200 : 202, answered];
  }

  return createServer((request, response) => {
    answer(request)
      .catch((error: unknown) => explain(error))
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
}

function requireToken({ headers }: IncomingMessage, token: string): void {
  if (!isEqual(headers.authorization ?? '', `Bearer ${token}`))
    throw new Refused(401, 'the token is missing or wrong');
}

function readStart(body: Body): StartGame {
  return Object.keys(body).length === 1 && body['blind'] === true
    ? { blind: true }
    : readGuess(body);
}

function readGuess({ fault, ...others }: Body): Guess {
  if (typeof fault === 'string' && Object.keys(others).length === 0) return { fault };
  throw new Refused(400, 'the body must be {"fault": …}');
}

function readTraffic({ minutes }: Body): Traffic {
  if (Number.isInteger(minutes) && (minutes as number) >= 0) return { minutes: minutes as number };
  throw new Refused(400, 'the body must be {"minutes": …}, a whole number');
}

function readObject(text: string): Body {
  if (text === '') return {};
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Body;
  } catch {
    // Explained below.
  }
  throw new Refused(400, 'the body must be a JSON object');
}

function explain(error: unknown): [status: number, body: unknown] {
  if (error instanceof Refused) return [error.status, { error: error.message }];
  if (error instanceof BodyError) return [400, { error: error.message }];
  return [500, { error: (error as Error).message }];
}

function isEqual(given: string, wanted: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
