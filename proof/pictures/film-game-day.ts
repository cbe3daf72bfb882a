import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '@aio/tools/process/command';
import type { DebianProgram } from '@aio/tools/programs/debian-packages';
import { findProgram } from '@aio/tools/programs/program';

/** Joins pictures into an animated WebP. npm has no such program without a build of its own. */
const IMG2WEBP: DebianProgram = {
  names: ['img2webp'],
  packages: ['webp'],
  binary: '/usr/bin/img2webp',
};

const FAULT = 'killed-worker';
const LOOK_EVERY_MS = 2500;
const ENDS_WITHIN_MS = 15 * 60_000;
/** Milliseconds that the film shows: what a reader has to read stays longer. */
const SHOWN_MS = { promise: 4000, course: 350, verdict: 6000 };

interface Frame {
  picture: Buffer;
  shownMs: number;
}

/** Plays a game day by clicks, and writes an animated picture of promise, course and verdict. */
export async function filmGameDay(
  page: Page,
  {
    file,
    say,
    ...place
  }: { file: string; say(line: string): void; dataDir: string; searchPath: string },
): Promise<void> {
  const { path } = await findProgram(IMG2WEBP, place);
  const frames: Frame[] = [];
  const take = async (shownMs: number) =>
    void frames.push({ picture: await page.screenshot(), shownMs });
  say(`plays ${FAULT}`);
  await page.goto(`/health/game-days?fault=${FAULT}`);
  await page.locator('[data-promise]').waitFor();
  await page.locator('#promise').evaluate((heading) => heading.scrollIntoView());
  await take(SHOWN_MS.promise);
  await page.getByRole('button', { name: 'Start', exact: true }).click();
  await page.getByRole('dialog').waitFor();
  await take(SHOWN_MS.promise / 2);
  await page.getByRole('dialog').getByRole('button', { name: 'Break it' }).click();
  await page.locator('[data-game]:not([data-game=ended])').waitFor();
  const verdict = page.locator('[data-verdict]');
  const endsBy = Date.now() + ENDS_WITHIN_MS;
  while (Date.now() < endsBy && !(await verdict.isVisible())) {
    await take(SHOWN_MS.course);
    await page.waitForTimeout(LOOK_EVERY_MS);
  }
  await verdict.scrollIntoViewIfNeeded();
  await take(SHOWN_MS.verdict);
  await writeFilm(frames, { file, program: path, searchPath: place.searchPath });
  say(`${frames.length} pictures in ${file}`);
}

async function writeFilm(
  frames: readonly Frame[],
  { file, program, searchPath }: { file: string; program: string; searchPath: string },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'aio-film-'));
  try {
    const shown = frames.flatMap(({ picture, shownMs }, index) => {
      const path = join(folder, `${index}.png`);
      writeFileSync(path, picture);
      return ['-d', String(shownMs), path];
    });
    const quality = ['-loop', '0', '-min_size', '-lossy', '-q', '70', '-m', '4'];
    await runCommand({
      purpose: 'joining the pictures',
      command: program,
      args: [...quality, ...shown, '-o', file],
      env: { PATH: searchPath },
      logFile: join(folder, 'film.log'),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
