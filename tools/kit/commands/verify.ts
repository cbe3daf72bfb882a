/**
 * Packs the kit, installs examples/koa-bullmq from the tarballs in an empty folder outside of this repository, and tries it
 * there with PostgreSQL, Redis, Prometheus, a trace store and k6, on the oldest Node.js that the packages promise: one
 * trace from a request to SQL, exemplars that resolve, rules, the board, and thresholds that fail when they should.
 *
 *   npm run kit:verify
 */
import { rmSync } from 'node:fs';
import { findInPackage, findProgram } from '../../programs/program.ts';
import { PROMETHEUS } from '../../servers/prometheus.ts';
import { makeScratchFolder } from '../../cli/scratch-folder.ts';
import { reportError } from '../../stack-error.ts';
import { PROJECT_ROOT, programFolder } from '../../system/own-servers.ts';
import { verifyKit } from '../verify.ts';

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { env } = process;
const dataDir = makeScratchFolder('kit');
const programDir = programFolder(env.AIO_DATA_DIR);
const searchPath = env.PATH ?? '';
const counts = { passed: 0, skipped: 0 };
const startedAt = performance.now();
try {
  const prometheus = await findProgram(PROMETHEUS, { dataDir: programDir, searchPath });
  await verifyKit({
    root: PROJECT_ROOT,
    dataDir,
    programDir,
    searchPath,
    promtool: findInPackage(prometheus, 'promtool', searchPath),
    say(what, found, skipped = false) {
      counts[skipped ? 'skipped' : 'passed'] += 1;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4);
      console.log(`${seconds} s  ${skipped ? '-' : '✔'} ${what.padEnd(26)} ${found}`);
    },
  });
  console.log(`${counts.passed} passed, 0 failed, ${counts.skipped} skipped`);
  rmSync(dataDir, { recursive: true });
} catch (error) {
  process.exitCode = reportError(error, (line) => console.error(line));
  console.error(`${counts.passed} passed, 1 failed, ${counts.skipped} skipped; files: ${dataDir}`);
}
