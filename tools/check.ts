import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { listGates } from './check/gates.ts';
import { runGates } from './check/run-gates.ts';
import { checkSizes } from './check/sizes.ts';

/** `npm run check`: runs all gates, prints the size of each room, and all failures in full; exit code 1 if one fails. */
const root = resolve(import.meta.dirname, '..');
const gates = await runGates(listGates(root), {
  root,
  env: process.env,
  concurrency: availableParallelism(),
  write: (line) => console.log(line),
});
const sizes = checkSizes(root);
console.log(`\n${sizes.lines.join('\n')}`);
const results = [...gates, { name: 'size of the tree', failure: sizes.failure }];
const failed = results.filter(({ failure }) => failure !== undefined);
for (const { name, failure } of failed) console.log(`\n✖ ${name}\n${failure}`);
console.log(`\n${results.length - failed.length} checks passed, ${failed.length} failed`);
process.exitCode = failed.length > 0 ? 1 : 0;
