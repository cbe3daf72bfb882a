import { readCommandLine } from '@aio/loadtest/load/command-line';
import { k6At } from '@aio/loadtest/load/find-k6';
import { perform } from '@aio/loadtest/load/perform';
import { targetOf } from '@aio/loadtest/load/target';
import { programFolder } from '@aio/tools/system/own-servers';
import { makeScratchFolder } from '@aio/tools/cli/scratch-folder';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { askBoard } from '../coverage/ask-boards.ts';
import { isFilledByLoad } from '../coverage/may-be-empty.ts';
import { readBoards } from '@aio/query/boards';
import { lastSeconds } from '@aio/query/fill-in';
import { SCRAPE_SECONDS, startStand } from '../stand.ts';

const { TEST_K6_PATH: k6, TEST_PROMETHEUS_PATH: prometheus } = process.env;
const skip = !k6 ? 'no k6 on this machine' : !prometheus && 'no prometheus on this machine';
/** k6 has no data for this if it starts all iterations. */
const QUIET = ['Iterations and steps'];

test('a load fills the panels of k6 and its annotation', { skip }, async (t) => {
  const dataDir = makeScratchFolder('load-board');
  const stand = await startStand({
    dataDir,
    programDir: programFolder(process.env.AIO_DATA_DIR),
    searchPath: `${dirname(prometheus as string)}${delimiter}${process.env.PATH}`,
    say: () => {},
  });
  t.after(async () => {
    await stand.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const { system } = stand;
  const { testid } = await perform({
    options: readCommandLine(['smoke', '--duration', '8s']),
    k6: k6At(k6 as string),
    target: { ...targetOf(system), prometheusUrl: stand.prometheus.url },
    recorded: [],
    folder: join(dataDir, 'k6'),
    env: process.env,
    command: '',
    shown: 'nothing',
    say: () => {},
    signal: t.signal,
  });

  const board = readBoards().find(({ uid }) => uid === 'aio-load-test');
  assert.ok(board);
  const range = lastSeconds(60, Date.now() / 1000, SCRAPE_SECONDS);
  const { prometheus: api } = stand;
  const rows = await askBoard(board, { prometheus: api, range, scrapeSeconds: SCRAPE_SECONDS });
  const ofK6 = rows.filter((row) => isFilledByLoad(row) && row.query !== 'annotation');
  assert.ok(ofK6.length >= 8, `${ofK6.length} queries`);
  assert.deepEqual(
    ofK6.filter(({ gap }) => gap !== null).map(({ what }) => what),
    QUIET,
  );
  const mark = rows.find(({ what }) => what === 'Load tests');
  assert.equal(mark?.series, 1);
  assert.deepEqual(await api.labelValues('k6_vus_max', 'testid', range), [testid]);
});
