import { endLogin } from '~/account/login';
import { fetchTraced } from '~/tracing/trace-calls';
import { ApiProblem, problemOf, unreachable } from './problem.ts';

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  contentType?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** The JSON answer of the API at this path; throws an ApiProblem for anything else. */
export async function callApi<T>(path: string, request: ApiRequest = {}): Promise<T> {
  const response = await openApi(path, request);
  return (await response.json().catch(() => null)) as T;
}

/** The same before it is read: of a long answer the beginning may do. */
export async function openApi(path: string, request: ApiRequest = {}): Promise<Response> {
  const response = await send(path, request);
  if (response.ok) return response;
  if (response.status === 401) endLogin();
  const body: unknown = await response.json().catch(() => null);
  throw new ApiProblem(problemOf(response.status, body));
}

async function send(path: string, request: ApiRequest): Promise<Response> {
  const { method = 'GET', query, body, contentType = 'application/json', headers } = request;
  const search = new URLSearchParams(query).toString();
  // The header tells the API that a page of its own asks: those of others cannot send it.
  const init: RequestInit = {
    method,
    headers: { accept: 'application/json', 'aio-csrf': '1', ...headers },
  };
  if (request.signal) init.signal = request.signal;
  if (body !== undefined) {
    init.headers = { ...init.headers, 'content-type': contentType };
    init.body = typeof body === 'string' ? body : JSON.stringify(body);
  }
  try {
    return await fetchTraced(`/api/v1${path}${search ? `?${search}` : ''}`, init);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new ApiProblem(unreachable(), { cause: error });
  }
}
