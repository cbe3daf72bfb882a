/**
 * Generates Prometheus rules and the list of boards for Kubernetes, from the same sources as Prometheus' and Grafana's
 * files. With `--check` it names files that are out of step and exits with 1.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { alertRules } from '@aio/config/alert-rules';
import { recordingRules } from '@aio/config/recording-rules';
import { createTimeScale } from '@aio/catalog/time-scale';
import { writeBoardsKustomization } from './generator/boards-kustomization.ts';
import { writePrometheusRules } from './generator/prometheus-rules.ts';

const root = resolve(import.meta.dirname, '../..');
const time = createTimeScale(1);
const files: Readonly<Record<string, string>> = {
  'deploy/kubernetes/components/monitoring/generated/prometheus-rules.yaml': writePrometheusRules({
    'aio-recording': recordingRules(time),
    'aio-alerts': alertRules(time),
  }),
  'dashboards/kustomization.yaml': writeBoardsKustomization(
    readdirSync(join(root, 'dashboards/generated')),
  ),
};

for (const [name, text] of Object.entries(files)) {
  const file = join(root, name);
  if (!process.argv.includes('--check')) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  } else if (readIfThere(file) !== text) {
    console.error(`${relative(root, file)} is out of step: run \`npm run generate\``);
    process.exitCode = 1;
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
