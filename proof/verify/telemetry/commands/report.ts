/**
 * `npm run observe:report -- [--month 2026-11] [--url <prometheus>]`: compares a month (default: this month) with the
 * objectives, as Markdown. Default URL: Prometheus of the running `npm start`.
 */

import { REPORTED } from '@aio/catalog/objectives/slo-series';
import { readOptions, usageError } from '@aio/tools/cli/options';
import { MONTH, monthOf, reportMonth } from '@aio/query/month-report';
import { createPrometheusApi, PrometheusAway } from '@aio/query/prometheus';
import { portsOfRunning } from '@aio/tools/start/run-record';
import { reportError, StackError } from '@aio/tools/stack-error';
import { resolve } from 'node:path';
import { describeMonth } from '../describe-month.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');

// oxlint-disable-next-line no-restricted-properties -- this file is a main
const { argv, env } = process;
try {
  const now = Date.now() / 1000;
  const { month, url } = readArguments(argv.slice(2), now);
  const report = await reportMonth(createPrometheusApi(url), REPORTED, month, now);
  console.log(describeMonth(report));
} catch (error) {
  const isAway = error instanceof PrometheusAway;
  const reported = isAway ? new StackError(error.message, { cause: error }) : error;
  process.exitCode = reportError(reported, (line) => console.error(line));
}

function readArguments(args: readonly string[], now: number): { month: string; url: string } {
  const asked = readOptions(args, { month: 'text', url: 'text' });
  const month = asked.month || monthOf(now);
  const { prometheus } = portsOfRunning(resolve(ROOT, env.AIO_DATA_DIR || '.aio'));
  const url = asked.url || `http://localhost:${prometheus}`;
  if (!MONTH.test(month)) throw usageError(`--month ${month} is not a month such as 2026-11`);
  if (!URL.parse(url)?.protocol.startsWith('http'))
    throw usageError(`--url ${url} is not an http(s) URL`);
  return { month, url };
}
