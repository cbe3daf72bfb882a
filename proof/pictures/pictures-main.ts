/**
 * `npm run pictures -- [name ...]`: takes the pictures of the README from the AIO that `npm start` runs, in Chromium, at
 * `WEB_URL` (default: http://localhost:3000): `overview`, `run`, `graph`, `trace`, `editor`, `board`, `game-day`.
 * `game-day` is animated. It kills a worker of that AIO, and takes four minutes; boards and promises need half an hour of
 * traffic.
 */

import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findProgram } from '@aio/tools/programs/program';
import { CHROMIUM } from '@aio/tools/servers/chromium';
import { EXIT, reportError, StackError } from '@aio/tools/stack-error';
import { PROJECT_ROOT, programFolder } from '@aio/tools/system/own-servers';
import { logIn } from './log-in.ts';
import { filmGameDay } from './film-game-day.ts';
import { SCENES } from './scenes.ts';

const FOLDER = join(PROJECT_ROOT, 'services/web/docs');
const GAME_DAY = 'game-day';
const NAMES = [...SCENES.map(({ name }) => name), GAME_DAY];
const VIEWPORT = { width: 1280, height: 800 };

try {
  await main(process.argv.slice(2), process.env);
} catch (error) {
  process.exitCode = reportError(error, console.log);
}

async function main(wanted: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const unknown = wanted.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new StackError(`no picture "${unknown}", expected some of ${NAMES.join(', ')}`, {
      exitCode: EXIT.usage,
    });
  const baseURL = env['WEB_URL'] ?? 'http://localhost:3000';
  const place = { dataDir: programFolder(env['AIO_DATA_DIR']), searchPath: env['PATH'] ?? '' };
  const { path: executablePath } = await findProgram(CHROMIUM, place);
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
    const open = async (user: Parameters<typeof logIn>[1]) => {
      const context = await browser.newContext({
        baseURL,
        viewport: VIEWPORT,
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await logIn(page, user);
      return page;
    };
    for (const { name, user, show } of SCENES.filter((scene) => isWanted(scene.name))) {
      console.log(`takes ${name}`);
      const page = await open(user);
      await show(page);
      await page.screenshot({ path: join(FOLDER, `${name}.png`) });
      await page.context().close();
    }
    if (isWanted(GAME_DAY)) {
      const file = join(FOLDER, `${GAME_DAY}.webp`);
      await filmGameDay(await open('admin'), { file, ...place, say: console.log });
    }
  } finally {
    await browser.close();
  }
}
