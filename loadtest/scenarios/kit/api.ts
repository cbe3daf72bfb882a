import { check } from 'k6';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { type Login, tokenOf } from './login.ts';
import { settings } from './settings.ts';
import { beginTrace } from './trace.ts';

/** The routes that scenarios call, as the API's own metrics have them. */
export const ROUTES = {
  workflows: '/api/v1/workflows',
  submit: '/api/v1/workflows/{name}/runs',
  runs: '/api/v1/runs',
  run: '/api/v1/runs/{id}',
  runEvents: '/api/v1/runs/{id}/events',
  events: '/api/v1/events',
} as const;

export type Route = keyof typeof ROUTES;

/** Tags of what comes before and after the load. */
export const SETUP = { route: 'setup', traffic: 'setup' } as const;

/** Failures that a virtual user writes down, so that the first ones can be read and the log stays short. */
const TOLD_FAILURES = 5;
let told = 0;

// An objective counts what the API is to blame for; what it rightly refuses fails the check.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }));

export interface Call {
  login: Login;
  method: 'GET' | 'POST';
  route: Route;
  /** What stands in the route's place of `{name}` or `{id}`. */
  of?: string;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** Default 30 s. */
  timeout?: string;
  /** true = it is not part of the load, and held to nothing. */
  isSetup?: boolean;
}

type Answer = RefinedResponse<ResponseType>;

/** Sends a request under a trace of its own; whatever is not as asked fails a check, and tells its trace. */
export function send(call: Call): Answer {
  const { url, body, params, traceId } = prepare(call);
  return judge(call, http.request(call.method, url, body, params), traceId);
}

/** The same, and other requests of this virtual user go on meanwhile. */
export async function sendAsync(call: Call): Promise<Answer> {
  const { url, body, params, traceId } = prepare(call);
  return judge(call, await http.asyncRequest(call.method, url, body, params), traceId);
}

function trafficOf(route: Route): 'streams' | 'requests' {
  return route === 'runEvents' ? 'streams' : 'requests';
}

function prepare(call: Call) {
  const { login, route, of = '', query = '', body, timeout = '30s' } = call;
  const trace = beginTrace(settings.traced);
  const path = ROUTES[route].replace(/\{\w+\}/, of);
  return {
    url: `${settings.apiUrl}${path}${query}`,
    body: body === undefined ? null : JSON.stringify(body),
    traceId: trace.id,
    params: {
      timeout,
      headers: {
        authorization: `Bearer ${tokenOf(login)}`,
        traceparent: trace.traceparent,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      tags: call.isSetup ? SETUP : { route: ROUTES[route], traffic: trafficOf(route) },
    },
  };
}

function judge(call: Call, answer: Answer, traceId: string): Answer {
  const asAsked = check(answer, {
    'answered as asked': ({ status }) => status >= 200 && status < 300,
  });
  if (!asAsked && told++ < TOLD_FAILURES) {
    const { status, error } = answer;
    const failure = { method: call.method, route: ROUTES[call.route], status, error, traceId };
    console.error(JSON.stringify({ failure }));
  }
  return answer;
}
