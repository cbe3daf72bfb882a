/**
 * Generates Prometheus rules and the list of boards for Kubernetes, from the same sources as Prometheus' and Grafana's
 * files. With `--check` it names files that are out of step and exits with 1.
 */
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { alertRules } from '../alert-rules.ts';
import { recordingRules } from '../recording-rules.ts';
import { writeOrCheck } from '../write-or-check.ts';
import { writeBoardsKustomization, writePrometheusRules } from './write-generated.ts';

const root = resolve(import.meta.dirname, '../../..');
const files: Readonly<Record<string, string>> = {
  'deploy/kubernetes/components/monitoring/generated/prometheus-rules.yaml': writePrometheusRules({
    'aio-recording': recordingRules(),
    'aio-alerts': alertRules(),
  }),
  'dashboards/kustomization.yaml': writeBoardsKustomization(
    readdirSync(join(root, 'dashboards/generated')),
  ),
};

writeOrCheck(
  Object.entries(files).map(([name, text]) => [join(root, name), text]),
  process.argv.includes('--check'),
);
