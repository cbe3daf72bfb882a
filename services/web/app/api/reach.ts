import { ApiProblem, unanswered } from './problem.ts';

const READ_WITHIN_MS = 15_000;
/** Longer, because the page cannot know whether a change without an answer took effect. */
const CHANGE_WITHIN_MS = 30_000;
const isChange = ({ method = 'GET' }: RequestInit): boolean => method !== 'GET';

/** `fetch` with a time limit for the whole answer. @throws ApiProblem if there is none */
export async function reach(address: string, init: RequestInit = {}): Promise<Response> {
  const late = AbortSignal.timeout(isChange(init) ? CHANGE_WITHIN_MS : READ_WITHIN_MS);
  const signal = init.signal ? AbortSignal.any([init.signal, late]) : late;
  try {
    return await fetch(address, { ...init, signal });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    if (!late.aborted) throw new ApiProblem(unanswered('unreachable'), { cause: error });
    throw new ApiProblem(unanswered('no_answer', isChange(init)), { cause: error });
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
