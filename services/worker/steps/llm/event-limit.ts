import { MAX_LLM_ANSWER_BYTES, MAX_LLM_STREAM_BYTES } from '@aio/core/definition/limits';
import { answerTooLarge } from './failure.ts';

/** The limits, in bytes. */
export interface BodyLimits {
  /** Of one event. */
  event: number;
  /** Of the whole body. */
  total: number;
}

const STREAM: BodyLimits = { event: MAX_LLM_ANSWER_BYTES, total: MAX_LLM_STREAM_BYTES };
/** The SDKs read the body of an error as a whole. */
const WHOLE: BodyLimits = { event: MAX_LLM_ANSWER_BYTES, total: MAX_LLM_ANSWER_BYTES };

/** The limits of an answer's body. AIO asks for streams, so a successful answer is one, whatever its content type. */
export function limitsOf({ ok }: { ok: boolean }): BodyLimits {
  return ok ? STREAM : WHOLE;
}

const FIRST_BYTES = 16 * 1024;

/**
 * Passes on whole events only, and fails with `llm_answer_too_large` beyond a limit. It copies each byte a constant number
 * of times, while the SDKs copy an unfinished event for each chunk. A body without events is one event.
 */
export function createEventLimit({
  event,
  total,
}: BodyLimits): TransformStream<Uint8Array, Uint8Array> {
  let held = Buffer.allocUnsafe(FIRST_BYTES);
  let length = 0;
  let read = 0;

  function append(chunk: Uint8Array): void {
    if (length + chunk.length > held.length) {
      const larger = Buffer.allocUnsafe(Math.max(held.length * 2, length + chunk.length));
      held.copy(larger, 0, 0, length);
      held = larger;
    }
    held.set(chunk, length);
    length += chunk.length;
  }

  /** Removes and returns the first bytes. */
  function take(bytes: number): Uint8Array {
    const taken = Buffer.from(held.subarray(0, bytes));
    held.copyWithin(0, bytes, length);
    length -= bytes;
    return taken;
  }

  return new TransformStream({
    transform(chunk, controller) {
      read += chunk.length;
      if (read > total) throw answerTooLarge(total);
      const before = length;
      append(chunk);
      const end = endOfEvents(held.subarray(Math.max(0, before - 3), length));
      if (end > 0) controller.enqueue(take(Math.max(0, before - 3) + end));
      if (length > event) throw answerTooLarge(event);
    },
    flush(controller) {
      if (length > 0) controller.enqueue(take(length));
    },
  });
}

/** The place after the last event, which an empty line ends; 0 = no event ends here. */
function endOfEvents(bytes: Buffer): number {
  const lineFeeds = bytes.lastIndexOf('\n\n');
  const both = bytes.lastIndexOf('\r\n\r\n');
  return Math.max(lineFeeds < 0 ? 0 : lineFeeds + 2, both < 0 ? 0 : both + 4);
}
