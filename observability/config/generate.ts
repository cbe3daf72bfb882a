/**
 * Writes Prometheus' rules and the runbooks' README. With `--check`, exits with 1 and names the files that differ. `--scale 0.02 --out <folder>` writes rules for a drill instead; `--webhook <url>` adds
 * Alertmanager's configuration.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { listRunbooks } from './list-runbooks.ts';
import { writeAlertmanager } from './write-alertmanager.ts';
import { writeOrCheck } from './write-or-check.ts';
import { writeRules } from './write-rules.ts';

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    scale: { type: 'string', default: '1' },
    out: { type: 'string' },
    webhook: { type: 'string' },
  },
});
if (values.scale !== '1' && values.out === undefined) {
  throw new Error('--scale needs --out <folder>, because the committed rules have scale 1');
}
const root = resolve(import.meta.dirname, '../..');
const prometheus = join(import.meta.dirname, 'prometheus');
const files = new Map<string, string>();
for (const [name, text] of Object.entries(writeRules(Number(values.scale)))) {
  files.set(join(values.out ?? join(prometheus, 'rules'), name), text);
}
if (values.out !== undefined && values.webhook !== undefined) {
  const written = writeAlertmanager({ WEBHOOK_URL: values.webhook }, Number(values.scale));
  for (const [name, text] of Object.entries(written))
    files.set(join(values.out, 'alertmanager', name), text);
}
if (values.out === undefined)
  files.set(join(root, 'observability/runbooks/README.md'), listRunbooks());

writeOrCheck(files, values.check);
