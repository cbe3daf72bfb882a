import { ApiProblem, unanswered } from './problem.ts';

const READ_WITHIN_MS = 15_000;
/** Longer, because the page cannot know whether a change without an answer took effect. */
const CHANGE_WITHIN_MS = 30_000;
const isChange = ({ method = 'GET' }: RequestInit): boolean => method !== 'GET';

let answeredAt = 0;

/** Whether AIO has answered any request since then, in ms of `performance.now()`. */
export function hasAnsweredSince(time: number): boolean {
  return answeredAt >= time;
}

/** `fetch` with a time limit for the whole answer. @throws ApiProblem if there is none */
export async function reach(
  address: string,
  init: RequestInit = {},
  withinMs = isChange(init) ? CHANGE_WITHIN_MS : READ_WITHIN_MS,
): Promise<Response> {
  const startedAt = performance.now();
  const late = AbortSignal.timeout(withinMs);
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
  try {
    const response = await fetch(address, { ...init, signal });
    answeredAt = performance.now();
    return response;
  } catch (error) {
    if (init.signal?.aborted) throw error;
    if (!late.aborted) throw new ApiProblem(unanswered('unreachable'), { cause: error });
    const code = hasAnsweredSince(startedAt) ? 'slow' : 'no_answer';
    throw new ApiProblem(unanswered(code, isChange(init)), { cause: error });
  }
}

/** The JSON of an answer; null = it has none. @throws ApiProblem if it breaks off */
export async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw new ApiProblem(unanswered('unreachable'), { cause: error });
  }
}
