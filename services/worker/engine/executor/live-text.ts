import type { AttemptKey } from '@aio/core/run/storage';
import type { LiveTextPublisher } from '@aio/platform/queues/live-texts';
import type { StepCall } from '../../steps/step-kind.ts';

const SEND_EVERY_MS = 200;
/** How often an attempt asks whether people watch. A shorter one never asks. */
const LOOK_EVERY_MS = 1_000;
/** Watchers see no more of a text before it is an output. */
const MAX_SHOWN_CHARS = 32 * 1024;

/**
 * Shows the text of an attempt to people who watch its run, while the kind writes it. Nothing waits for it.
 * @returns ends it
 */
export function showLiveText(
  texts: Pick<LiveTextPublisher, 'watchersOf' | 'publish'>,
  { runId, step, iteration, attempt }: AttemptKey,
  call: Pick<StepCall, 'readText' | 'redactor'>,
): () => void {
  let timer = wait(SEND_EVERY_MS);
  let isOver = false;
  let watchers: string | null = null;
  let lookedAt = -Infinity;
  let sent = '';
  let isCut = false;

  /** A failure ends the show, and not the step. */
  function wait(ms: number): NodeJS.Timeout {
    return setTimeout(() => turn().catch(() => {}), ms);
  }

  async function turn(): Promise<void> {
    // The kind writes no text.
    if (call.readText === null) return;
    if (performance.now() - lookedAt >= LOOK_EVERY_MS) await look();
    if (isOver) return;
    if (watchers !== null) send();
    timer = wait(watchers === null ? LOOK_EVERY_MS : SEND_EVERY_MS);
  }

  async function look(): Promise<void> {
    lookedAt = performance.now();
    const found = await texts.watchersOf(runId);
    // People who come later see the text from its beginning, too.
    if (found !== watchers) [sent, isCut] = ['', false];
    watchers = found;
  }

  function send(): void {
    const text = call.readText?.() ?? '';
    const shown = call.redactor.text(text.slice(0, MAX_SHOWN_CHARS));
    const isNowCut = text.length > MAX_SHOWN_CHARS;
    if (shown === sent && isNowCut === isCut) return;
    // A secret that was complete only now changes what was sent, so the text starts again.
    const offset = shown.startsWith(sent) ? sent.length : 0;
    texts.publish(runId, {
      step,
      iteration,
      attempt,
      offset,
      text: shown.slice(offset),
      isCut: isNowCut,
    });
    sent = shown;
    isCut = isNowCut;
  }

  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}
