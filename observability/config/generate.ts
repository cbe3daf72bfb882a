/**
 * Writes Prometheus' rules and the runbooks' README. With `--check`, exits with 1 and names the files that differ. `--out <folder>` writes the
 * rules elsewhere instead; `--webhook <url>` adds Alertmanager's configuration.
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
    out: { type: 'string' },
    webhook: { type: 'string' },
  },
});
const root = resolve(import.meta.dirname, '../..');
const prometheus = join(import.meta.dirname, 'prometheus');
const files = new Map<string, string>();
for (const [name, text] of Object.entries(writeRules())) {
  files.set(join(values.out ?? join(prometheus, 'rules'), name), text);
}
if (values.out !== undefined && values.webhook !== undefined) {
  const written = writeAlertmanager({ WEBHOOK_URL: values.webhook });
  for (const [name, text] of Object.entries(written))
    files.set(join(values.out, 'alertmanager', name), text);
}
if (values.out === undefined)
  files.set(join(root, 'observability/runbooks/README.md'), listRunbooks());

writeOrCheck(files, values.check);
