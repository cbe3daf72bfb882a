import { check } from 'k6';
import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { type Login, tokenOf } from './login.ts';
import { settings } from './settings.ts';

/** The routes that scenarios call, as the API's metrics name them. */
export const ROUTES = {
  workflows: '/api/v1/workflows',
  submit: '/api/v1/workflows/{name}/runs',
  runs: '/api/v1/runs',
  run: '/api/v1/runs/{id}',
  runEvents: '/api/v1/runs/{id}/events',
  events: '/api/v1/events',
} as const;

export type Route = keyof typeof ROUTES;

/** Tags of requests before and after the load. */
export const SETUP = { route: 'setup', traffic: 'setup' } as const;

/** A virtual user logs only its first failures, so the log stays short. */
const LOGGED_FAILURES = 5;
let logged = 0;

// Objectives count errors of the API (5xx). A 4xx only fails the check.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 499 }));

export interface Call {
  login: Login;
  method: 'GET' | 'POST';
  route: Route;
  /** Replaces `{name}` or `{id}` in the route. */
  of?: string;
  query?: string;
  body?: unknown;
  /** Default 30 s. */
  timeout?: string;
  /** true = the request is not part of the load and has no thresholds. */
  isSetup?: boolean;
}

type Answer = RefinedResponse<ResponseType>;

/** Sends a request in its own trace. An answer other than 2xx fails a check and is logged with its trace id. */
export function send(call: Call): Answer {
  const { url, body, params, traceId } = prepare(call);
  return judge(call, http.request(call.method, url, body, params), traceId);
}

/** The same, without blocking other requests of this virtual user. */
export async function sendAsync(call: Call): Promise<Answer> {
  const { url, body, params, traceId } = prepare(call);
  return judge(call, await http.asyncRequest(call.method, url, body, params), traceId);
}

function trafficOf(route: Route): 'streams' | 'requests' {
  return route === 'runEvents' ? 'streams' : 'requests';
}

function prepare(call: Call) {
  const { login, route, of = '', query = '', body, timeout = '30s' } = call;
  const traceId = hex(32);
  const flags = Math.random() < settings.traced ? '01' : '00';
  const path = ROUTES[route].replace(/\{\w+\}/, of);
  return {
    url: `${settings.apiUrl}${path}${query}`,
    body: body === undefined ? null : JSON.stringify(body),
    traceId,
    params: {
      timeout,
      headers: {
        authorization: `Bearer ${tokenOf(login)}`,
        traceparent: `00-${traceId}-${hex(16)}-${flags}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      tags: call.isSetup ? SETUP : { route: ROUTES[route], traffic: trafficOf(route) },
    },
  };
}

function hex(digits: number): string {
  let text = '';
  while (text.length < digits) text += Math.floor(Math.random() * 16).toString(16);
  return text;
}

function judge(call: Call, answer: Answer, traceId: string): Answer {
  const asAsked = check(answer, {
    'answered as asked': ({ status }) => status >= 200 && status < 300,
  });
  if (!asAsked && logged++ < LOGGED_FAILURES) {
    const { status, error } = answer;
    const failure = { method: call.method, route: ROUTES[call.route], status, error, traceId };
    console.error(JSON.stringify({ failure }));
  }
  return answer;
}
