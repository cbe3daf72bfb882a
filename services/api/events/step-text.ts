import { Type } from 'typebox';
import type { TextPiece } from '@aio/core/run/jobs';
import { writeJson } from '@aio/core/json/json-text';
import type { StreamEvent } from '@aio/http/event-stream';
import type { LiveTextSubscriber } from '@aio/platform/queues/live-texts';
import { StepId } from '../http/common-schema.ts';

/** A piece of a text that a model is writing. */
export const StepTextSchema = Type.Object(
  {
    step: StepId,
    iteration: Type.Optional(Type.Integer({ description: "Index of the map's item." })),
    attempt: Type.Integer(),
    offset: Type.Integer({
      description:
        'Length of the text before this piece. If you have less, a piece was lost; if you have more, the text starts again from there.',
    }),
    text: Type.String(),
    isCut: Type.Optional(
      Type.Boolean({ description: '`true` = the rest comes only with the output.' }),
    ),
  },
  { title: 'StepText' },
);

const SEND_EVERY_MS = 100;
/** Of a client that reads too slowly, later pieces are lost. */
const MAX_PENDING_CHARS = 256 * 1024;

/**
 * Adds the texts that models write in a run to its events, as `step.text` without an id, so that Last-Event-ID stays the
 * number of an event. Ends with the events.
 */
export async function* withTexts(
  batches: AsyncGenerator<readonly StreamEvent[]>,
  runId: string,
  texts: Pick<LiveTextSubscriber, 'watch'>,
): AsyncGenerator<readonly StreamEvent[]> {
  let pending: StreamEvent[] = [];
  let chars = 0;
  let arrived = Promise.withResolvers<null>();
  let timer: NodeJS.Timeout | undefined;
  const leave = texts.watch(runId, (piece) => {
    if (chars > MAX_PENDING_CHARS) return;
    const data = present(piece);
    chars += data.length;
    pending.push({ event: 'step.text', data });
    timer ??= setTimeout(() => arrived.resolve(null), SEND_EVERY_MS);
  });
  try {
    for (let next = batches.next(); ;) {
      const batch = await Promise.race([next, arrived.promise]);
      if (batch === null) {
        const sent = pending;
        [pending, chars, timer] = [[], 0, undefined];
        arrived = Promise.withResolvers();
        yield sent;
      } else if (batch.done) return;
      else {
        yield batch.value;
        next = batches.next();
      }
    }
  } finally {
    leave();
    clearTimeout(timer);
    // It ends when the client's signal aborts, or has ended already.
    batches.return(undefined).catch(() => {});
  }
}

function present({ step, iteration, attempt, offset, text, isCut }: TextPiece): string {
  const item = iteration >= 0 && { iteration };
  return writeJson({ step, ...item, attempt, offset, text, ...(isCut && { isCut }) });
}
