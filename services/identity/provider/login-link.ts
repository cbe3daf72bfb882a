import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopbackHost, isLoopbackName } from '@aio/http/loopback';
import type { RealmUser } from '../realm.ts';
import { isSame } from './accounts.ts';
import { messagePage, sendPage } from './pages.ts';

/** Links that each log one person in, once, from this machine: `npm start` prints them. */
export interface LoginLinks {
  /** Sends the browser to AIO's login, with the token in a cookie of the login page. */
  open(request: IncomingMessage, response: ServerResponse): void;
  /** The person whom the link of this browser logs in; undefined = none, or it was used. */
  redeem(request: IncomingMessage): RealmUser | undefined;
}

const COOKIE = 'aio_login_link';
const LASTS_MS = 15 * 60_000;
/** The way to the login page takes this long at most. */
const COOKIE_LASTS_S = 60;

/**
 * @param options.people by token
 * @param options.path below which the login page is
 * @param options.startUrl begins AIO's login
 */
export function createLoginLinks(options: {
  people: ReadonlyMap<string, RealmUser>;
  path: string;
  startUrl: string;
  now?: () => number;
}): LoginLinks {
  const { path, startUrl, now = Date.now } = options;
  const endsAtMs = now() + LASTS_MS;
  const unused = new Map(options.people);

  const findGood = (given: string, request: IncomingMessage): string | undefined =>
    now() < endsAtMs && isLocal(request)
      ? [...unused.keys()].find((token) => isSame(given, token))
      : undefined;

  return {
    open(request, response) {
      const { searchParams } = new URL(request.url ?? '', 'http://localhost');
      const given = searchParams.get('token') ?? '';
      if (findGood(given, request) === undefined) {
        const text = 'It works once, for 15 minutes, on the machine that runs AIO. Log in at AIO.';
        return sendPage(response, 410, messagePage('This link does not work any more', text));
      }
      response.writeHead(303, {
        location: startUrl,
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'set-cookie': `${COOKIE}=${given}; Path=${path}; Max-Age=${COOKIE_LASTS_S}; HttpOnly; SameSite=Lax`,
      });
      response.end();
    },
    redeem(request) {
      const given = new RegExp(`\\b${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1];
      const token = given && findGood(given, request);
      if (!token) return undefined;
      const user = unused.get(token);
      unused.delete(token);
      return user;
    },
  };
}

const OF_PROXIES = ['forwarded', 'x-forwarded-for'];

/** Whether the browser is on this machine, and no proxy is between. */
function isLocal({ socket, headers }: IncomingMessage): boolean {
  const isDirect = OF_PROXIES.every((name) => headers[name] === undefined);
  return isDirect && isLoopbackName(socket.remoteAddress ?? '') && isLoopbackHost(headers.host);
}
