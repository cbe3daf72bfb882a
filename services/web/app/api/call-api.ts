import { endLogin } from '~/account/login';
import { noteEnd } from './outage.ts';
import { ApiProblem, problemOf } from './problem.ts';
import { jsonOf, reach } from './reach.ts';
import { sendUntilAdmitted } from './send-until-admitted.ts';
import { traceparent } from './traceparent.ts';

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string>;
  /** A string is sent unchanged, any other value as JSON. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Calls the API and returns its JSON. @throws ApiProblem unless the status is 2xx */
export async function callApi<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const response = await openApi(path, request);
  return (await jsonOf(response)) as T;
}

async function openApi(path: string, request: ApiRequest = {}): Promise<Response> {
  try {
    const response = await sendUntilAdmitted(() => send(path, request));
    if (response.status === 401) endLogin();
    if (!response.ok) throw new ApiProblem(problemOf(response.status, await jsonOf(response)));
    noteEnd(null);
    return response;
  } catch (error) {
    if (error instanceof ApiProblem) noteEnd(error.problem);
    throw error;
  }
}

async function send(path: string, request: ApiRequest): Promise<Response> {
  const { method = 'GET', query, body, contentType = 'application/json', headers } = request;
  const search = new URLSearchParams(query).toString();
  // aio-csrf shows that the request comes from this UI: pages of other sites cannot send it.
  const init: RequestInit = {
    method,
    headers: { accept: 'application/json', 'aio-csrf': '1', ...traceparent(), ...headers },
  };
  if (request.signal) init.signal = request.signal;
  if (body !== undefined) {
    init.headers = { ...init.headers, 'content-type': contentType };
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  return reach(`/api/v1${path}${search ? `?${search}` : ''}`, init);
}
