import { STORED_FROM_BYTES } from '@aio/core/definition/limits';
import type { Outputs } from '../outputs.ts';
import { type EndedCall, failedCall } from './run-attempt.ts';

/** Whether the output goes to the output store. The first check is cheap: a UTF-16 unit takes at most three bytes. */
export function hasLongOutput({ output }: EndedCall): boolean {
  if (!output?.text || output.text.length <= STORED_FROM_BYTES / 3) return false;
  return Buffer.byteLength(output.text) > STORED_FROM_BYTES;
}

/** Puts a long output into the store. If that fails, the attempt fails, but keeps its usage. */
export async function keepOutput(
  outputs: Pick<Outputs, 'keep'>,
  runId: string,
  ended: EndedCall,
  signal: AbortSignal,
): Promise<EndedCall> {
  const { result, output, endedAtMs } = ended;
  if (!hasLongOutput(ended) || result.type !== 'succeeded') return ended;
  try {
    const { chars, text } = output!;
    return { result, endedAtMs, output: { chars, ...(await outputs.keep(runId, text!, signal)) } };
  } catch (error) {
    const failed = failedCall(error, endedAtMs);
    if (failed.result.type === 'failed') failed.result.usage = result.usage;
    return failed;
  }
}
