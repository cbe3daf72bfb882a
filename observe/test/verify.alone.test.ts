import { ATTRIBUTES } from '@aio/catalog/attributes';
import { programFolder } from '@aio/loadtest/lib/own-servers';
import { makeScratchFolder } from '@aio/loadtest/lib/scratch-folder';
import { findFreePort } from '@aio/stack/free-port';
import { StackError } from '@aio/stack/stack-error';
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { delimiter, dirname } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { askBoard } from '../coverage/ask-boards.ts';
import type { Board, Target } from '@aio/query/boards';
import { lastSeconds } from '@aio/query/fill-in';
import { createPrometheusApi } from '@aio/query/prometheus';
import { describe as describeVerification } from '../report.ts';
import { checkLogRecords } from '../logs/check-log-records.ts';
import { checkSpans } from '../spans/check-spans.ts';
import { SCRAPE_SECONDS, startStand, type Stand } from '../stand.ts';
import { findGaps, verify } from '../verify.ts';
import { withoutStack } from '../without-stack.ts';

const path = process.env.TEST_PROMETHEUS_PATH;
/** Scale of drill rules, whose windows fill in seconds. */
const SCALE = 1 / 60;

describe('the running system', { skip: path ? false : 'Prometheus is not installed' }, () => {
  const dataDir = makeScratchFolder('verify');
  let stand: Stand;

  before(async () => {
    stand = await startStand({
      dataDir,
      programDir: programFolder(process.env.AIO_DATA_DIR),
      searchPath: `${dirname(path as string)}${delimiter}${process.env.PATH}`,
      scale: SCALE,
      say: () => {},
    });
  });
  after(async () => {
    await stand?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  test('every query has data, every name is in the catalogue, every figure is correct', async (t) => {
    const verification = await verify(stand, (line) => t.diagnostic(line));
    const gaps = findGaps(verification);
    if (gaps.length > 0) t.diagnostic(describeVerification(verification).join('\n'));
    assert.deepEqual(gaps, []);
    assert.ok(verification.coverage.length > 200);
    const witnesses = new Set(verification.figures.map(({ witness }) => witness));
    assert.deepEqual([...witnesses].sort(), ['client', 'lines', 'rows', 'simulator']);
    const exact = verification.figures.filter(
      ({ unit, tolerance, truth }) => unit === 's' && tolerance <= truth / 4,
    );
    assert.ok(exact.length >= 3, `${exact.length} quantiles held to 25 %`);
    t.diagnostic(describeVerification(verification).at(-2)!);
  });

  test('an attribute missing from all real spans and log records is a gap', () => {
    const { collector } = stand;
    const without = <T extends { attributes: Record<string, unknown> }>(all: T[], name: string) =>
      all.map((one) => {
        const { [name]: _, ...attributes } = one.attributes;
        return { ...one, attributes };
      });
    const spans = without(collector.spans(), ATTRIBUTES.workflowVersion);
    const [lacks, never, ...others] = checkSpans(spans).faults.toSorted();
    assert.match(lacks!, /^span "run .+" lacks aio\.workflow\.version, which is required$/);
    assert.ok(
      others.concat(never!).includes('span "run {workflow}" never has aio.workflow.version'),
    );
    const records = without(collector.logRecords(), 'duration_ms');
    const traceIds = new Set(collector.spans().map(({ traceId }) => traceId));
    assert.deepEqual(checkLogRecords(records, traceIds).faults, [
      'log event aio.run.ended never has duration_ms',
      'log event aio.request.ended never has duration_ms',
    ]);
  });

  test('a query without data and an invalid query are gaps', async () => {
    const rows = await askBoard(
      boardOf({ expr: 'aio_misspelt_total{job=~"$job"}' }, { expr: 'rate(up)' }),
      {
        prometheus: stand.prometheus,
        range: lastSeconds(60, Date.now() / 1000, SCRAPE_SECONDS),
        scrapeSeconds: SCRAPE_SECONDS,
      },
    );
    assert.deepEqual(
      rows.map(({ query, gap }) => [query, gap?.replace(/:.*/, '') ?? null]),
      [
        ['variable', null],
        ['0', 'no data'],
        ['1', 'query error'],
      ],
    );
  });
});

test('a missing Prometheus gives one line', async () => {
  const nowhere = `http://127.0.0.1:${await findFreePort()}`;
  const away = await createPrometheusApi(nowhere).version().catch(withoutStack);
  assert.ok(away instanceof StackError);
  assert.equal(away.exitCode, 69);
  assert.equal(away.message, `Prometheus does not answer at ${nowhere}`);
});

/** The legend of each query is its number. */
function boardOf(...targets: Pick<Target, 'expr'>[]): Board {
  const named = targets.map(({ expr }, index) => ({
    refId: 'A',
    expr,
    legendFormat: String(index),
  }));
  const panel = {
    id: 1,
    title: '',
    type: 'timeseries',
    description: '',
    unit: 'short',
    thresholds: [],
  };
  return {
    uid: 'test',
    source: 'prometheus',
    title: '',
    description: '',
    annotations: [],
    text: '',
    variables: [{ name: 'job', label: 'Job', definition: 'label_values(up, job)' }],
    rows: [{ title: '', panels: [{ ...panel, targets: named }] }],
  };
}
