import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { prepareStop } from '@aio/http/graceful-stop';
import { listen } from '@aio/http/listen';
import { whyForeign } from '@aio/http/loopback';
import { BodyError, readBody } from '@aio/http/read-body';
import { type Call, type Echoed, pause, type Route, sendJson } from './call.ts';
import { type CallCounts, createCallCounter } from './calls.ts';
import { DEFAULT_DIALS, DialError, type Dials, turnDials } from './dials.ts';
import { drawFault } from './draw.ts';
import { createHolds } from './holds.ts';
import { answerAnthropic } from './routes/anthropic.ts';
import { answerChanges } from './routes/changes.ts';
import { answerEcho } from './routes/echo.ts';
import { answerEndlessly } from './routes/endless.ts';
import { acceptNotice, answerLogs, answerStatus } from './routes/incident.ts';
import { answerOpenAi } from './routes/openai.ts';
import { work } from './routes/work.ts';

export interface SimulatorOptions {
  /** Changes to `DEFAULT_DIALS`. */
  dials?: Partial<Dials>;
  /** Default 0: any free port. */
  port?: number;
  host?: string;
  /** Gets one line per answered call. */
  log?: (line: Record<string, unknown>) => void;
}

export interface Simulator {
  /** No slash at the end. `ANTHROPIC_BASE_URL` is this URL; `OPENAI_BASE_URL` adds `/v1`. */
  url: string;
  calls(): CallCounts;
  /** The last 1,000 requests to `/echo`. */
  echoed(): readonly Echoed[];
  /** @throws DialError */
  turn(changes: Partial<Dials>): void;
  /** Stops accepting requests, and breaks open ones after `graceMs`. */
  close(graceMs?: number): Promise<void>;
}

const KEPT_ECHOES = 1000;
const MAX_BODY_BYTES = 16 * 1024 * 1024;

const ROUTES: [method: string, path: RegExp, route: Route][] = [
  ['POST', /^\/v1\/chat\/completions$/, answerOpenAi],
  ['POST', /^\/v1\/messages$/, answerAnthropic],
  ['GET', /^\/work$/, work],
  ['POST', /^\/work$/, work],
  ['GET', /^\/endless$/, answerEndlessly],
  ['GET', /^\/echo\//, answerEcho],
  ['POST', /^\/echo\//, answerEcho],
  ['GET', /^\/api\/changes$/, answerChanges],
  ['GET', /^\/api\/status$/, answerStatus],
  ['GET', /^\/api\/services\/[^/]+\/logs$/, answerLogs],
  ['POST', /^\/notify$/, acceptNotice],
];

/** Starts a simulator. Resolves when it listens; rejects if the port is taken. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const host = options.host ?? '127.0.0.1';
  const counter = createCallCounter();
  const holds = createHolds();
  const echoed: Echoed[] = [];
  let dials = turnDials(DEFAULT_DIALS, options.dials ?? {});

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrivedAt = performance.now();
    const url = new URL(request.url ?? '/', 'http://simulator');
    const body = await readBody(request, MAX_BODY_BYTES);
    if (url.pathname === '/health') return sendJson({ response }, 200, { status: 'ok' });
    if (url.pathname === '/dials') {
      const reason = whyForeign(request);
      if (reason !== null) return sendJson({ response }, 403, { error: reason });
      if (request.method === 'POST') dials = turnDials(dials, JSON.parse(body));
      return sendJson({ response }, 200, dials);
    }
    if (url.pathname === '/calls') {
      if (request.method === 'DELETE') counter.reset();
      return sendJson({ response }, 200, counter.read());
    }
    if (url.pathname === '/holds') {
      if (request.method === 'DELETE') holds.release(url.searchParams.get('name') ?? '');
      return sendJson({ response }, 200, holds.read());
    }
    const route = ROUTES.find(
      ([method, path]) => method === request.method && path.test(url.pathname),
    );
    if (route === undefined)
      return sendJson({ response }, 404, { error: `not found: ${request.method} ${url.pathname}` });
    const call = readCall(request, response, url, body);
    const { idempotencyKey: key } = call;
    if (key !== null)
      response.once('finish', () => counter.took(key, performance.now() - arrivedAt));
    await answer(route[2], call, options.log);
  }

  function readCall(
    request: IncomingMessage,
    response: ServerResponse,
    url: URL,
    body: string,
  ): Call {
    const turned = request.headers['x-simulator-dials'];
    const parsed = parseBody(request, body);
    const all = typeof turned === 'string' ? turnDials(dials, JSON.parse(turned)) : dials;
    const own = { ...all, ...all.models[(parsed as { model?: string } | null)?.model ?? ''] };
    const key = request.headers['idempotency-key'];
    const idempotencyKey = typeof key === 'string' ? key : null;
    const content = createHash('sha256').update(`${url.href}\n${body}`).digest('hex');
    const subject = idempotencyKey ?? url.searchParams.get('key') ?? content;
    const nth = counter.count(url.pathname, idempotencyKey, subject);
    // Draw by content if there is a body, because keys differ from run to run.
    const fault = drawFault(own, body === '' ? subject : content, nth);
    const left = new AbortController();
    response.once('close', () => left.abort());
    return {
      request,
      response,
      url,
      body: parsed,
      dials: own,
      fault,
      idempotencyKey,
      nth,
      hold: (name) => holds.wait(name, left.signal),
      keep(echo) {
        echoed.push(echo);
        if (echoed.length > KEPT_ECHOES) echoed.shift();
      },
      gone: left.signal,
    };
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => answerError(request, response, error));
  });
  const stop = prepareStop(server);
  const port = await listen(server, { host, port: options.port ?? 0, setting: 'PORT' });

  return {
    url: `http://${host}:${port}`,
    calls: () => counter.read(),
    echoed: () => echoed,
    turn(changes) {
      dials = turnDials(dials, changes);
    },
    close: (graceMs = 0) => stop.close(graceMs),
  };
}

async function answer(route: Route, call: Call, log: SimulatorOptions['log']): Promise<void> {
  const startedAt = performance.now();
  await pause(call, call.dials.latencyMs);
  if (call.fault === 'reset') call.request.socket.resetAndDestroy();
  else if (call.fault !== 'hang') await route(call);
  log?.({
    msg: 'answered',
    method: call.request.method,
    path: call.url.pathname,
    status: call.response.statusCode,
    durationMs: Math.round(performance.now() - startedAt),
    fault: call.fault,
    idempotencyKey: call.idempotencyKey,
  });
}

function parseBody(request: IncomingMessage, body: string): unknown {
  if (body === '') return null;
  return request.headers['content-type']?.includes('json') ? JSON.parse(body) : body;
}

/** Answers a wrong request, unless its client has left. */
function answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  if (request.destroyed && !request.complete) return;
  if (response.headersSent || response.destroyed) return void response.destroy();
  const message = error instanceof Error ? error.message : String(error);
  sendJson({ response }, statusOf(error), { error: message });
}

function statusOf(error: unknown): number {
  if (error instanceof BodyError) return error.reason === 'too_large' ? 413 : 400;
  return error instanceof DialError || error instanceof SyntaxError ? 400 : 500;
}
