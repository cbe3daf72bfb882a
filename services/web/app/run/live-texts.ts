import type { RunEvent, StepText } from '../../shared/api.ts';
import { keyOf } from '../waterfall/rows.ts';

/** The text that a model is writing, as far as its pieces arrived. */
export interface LiveText {
  step: string;
  iteration: number | null;
  attempt: number;
  text: string;
  /** Length of the text that the worker has sent, with the pieces that were lost. */
  length: number;
  /** The rest comes only with the output. */
  isCut: boolean;
  /** The attempt has ended. */
  isOver: boolean;
}

/** By the key of the step or item. */
export type LiveTexts = Map<string, LiveText>;

const LOST = '…';

/** Adds a piece. A new attempt, or a piece from the start, begins the text again. */
export function addPiece(texts: LiveTexts, piece: StepText): void {
  const { step, attempt, offset, isCut = false } = piece;
  const iteration = piece.iteration ?? null;
  const key = keyOf({ id: step, iteration });
  const known = texts.get(key);
  const isLate = known && (known.attempt > attempt || (known.attempt === attempt && known.isOver));
  if (isLate) return;
  const before = known?.attempt === attempt ? known : { text: '', length: 0 };
  const kept = offset < before.length ? '' : before.text;
  const gap = offset === before.length || offset === 0 ? '' : LOST;
  texts.set(key, {
    step,
    iteration,
    attempt,
    text: kept + gap + piece.text,
    length: offset + piece.text.length,
    isCut,
    isOver: false,
  });
}

/** Marks what an event ends. */
export function endTexts(texts: LiveTexts, event: RunEvent): void {
  if (
    !/^(step\.(succeeded|failed|retrying|cancelled)|run\.(succeeded|failed|cancelled))$/.test(
      event.type,
    )
  )
    return;
  const { step, iteration = null, attempt = Infinity } = event;
  const ended = step === undefined ? [...texts.keys()] : [keyOf({ id: step, iteration })];
  for (const key of ended) {
    const text = texts.get(key);
    if (text && text.attempt <= attempt) texts.set(key, { ...text, isOver: true });
  }
}
