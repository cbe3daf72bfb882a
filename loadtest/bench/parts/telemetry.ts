import { readMetric } from '../measure/read-metric.ts';
import type { Measured } from '../floors.ts';
import type { BenchPart } from '../part.ts';
import { formatFigure } from '../report.ts';
import type { BenchSystem } from './bench-system.ts';
import { type Bed, inTurn, makeBed, SHAPE } from '../telemetry/bed.ts';
import { differenceOf, medianOf, ratioOf, type Rounds, tableOf } from '../telemetry/compare.ts';
import { type EngineRound, findRuns, measureEngines, TURNS } from '../telemetry/engine-cost.ts';
import {
  CONNECTIONS,
  measureRequests,
  type RequestRound,
  warmUpRequests,
} from '../telemetry/request-cost.ts';
import {
  measureScrapes,
  scrapeMs,
  scrapeTable,
  type ScrapeCost,
} from '../telemetry/scrape-cost.ts';
import { listVariants, VARIANT_NAMES, type VariantName } from '../telemetry/variants.ts';

type RoundsOf<Round> = Record<VariantName, Round[]>;

/** For one of the bench's: two seconds of requests differ by a fifth from the next two, the median of many does not. */
const REQUEST_ROUNDS = 6;
/** Each with a new process of each system, whose luck is larger than what metrics cost. */
const ENGINE_ROUNDS = 2;

/** What metrics and traces cost the API and the worker, ours and those of instrumentation packages. */
export const telemetry: BenchPart = {
  name: 'telemetry',
  async run(context) {
    // The engine comes last: PostgreSQL goes on tidying up for minutes after its work, on the same cores.
    const scrapes = await context.within('scrapes', measureScrapes);
    const beds: Bed[] = [];
    for (const variant of listVariants()) beds.push(await makeBed(context, variant));
    for (const bed of beds) await warmUpRequests(bed);
    const requests = emptyRounds<RequestRound>();
    for (let round = 0; round < context.rounds * REQUEST_ROUNDS; round++) {
      for (const bed of inTurn(beds, round)) {
        const request = await measureRequests(bed);
        requests[bed.variant.name].push(request);
        context.say(
          `${bed.variant.name}: ${formatFigure(request.perSecond)} requests/s, ${formatFigure(request.cpu)} µs`,
        );
      }
    }
    const runs = await findRuns(beds);
    const engine = emptyRounds<EngineRound>();
    let dropped = 0;
    for (let round = 0; round < context.rounds * ENGINE_ROUNDS; round++) {
      for (const [index, work] of (await measureEngines(beds, { runs, round })).entries()) {
        const { name } = beds[index]!.variant;
        engine[name].push(work);
        context.say(
          `${name}: ${formatFigure(work.perSecond)} steps/s, ${formatFigure(work.cpu)} µs`,
        );
      }
      // Of each round: the next one has new workers.
      dropped += await sumDropped(beds, ({ workers }) => workers[0]?.metricsUrl);
    }
    dropped += await sumDropped(beds, ({ metricsUrl }) => metricsUrl);
    return {
      tables: [
        tableOf(
          `API: one SELECT by primary key, ${CONNECTIONS} connections, by what it tells`,
          {
            perSecond: 'requests/s',
            p99: 'P99 ms',
            cpu: 'CPU µs a request',
            spans: 'spans a request',
          },
          requests,
        ),
        tableOf(
          `Engine: ${SHAPE.name}, one worker, by what it tells`,
          {
            perSecond: 'steps/s',
            p99: 'P99 ms of a run alone',
            cpu: 'CPU µs a step',
            cpuOfTurns: 'in its turns',
            spans: 'spans a step',
          },
          engine,
        ),
        scrapeTable(scrapes),
      ],
      measured: {
        ...costsOfRequests(requests),
        ...costsOfSteps(engine),
        ...costsOfScrapes(scrapes),
        spansDropped: dropped,
      },
      settings: {
        'telemetry: method': `${beds.length} systems in turn, ${context.rounds * REQUEST_ROUNDS} rounds of 2 s of GET /api/v1/approvals/{id} after 20 s to warm up, ${context.rounds * ENGINE_ROUNDS} of ${TURNS} turns of ${runs} runs at once, and runs one at a time; ratios and differences are medians of those within a round; traces go to a collector that accepts and counts them; CPU until the spans have left, of metrics within the turns`,
      },
      figures: { requests, engine, scrapes, dropped },
    };
  },
};

function emptyRounds<Round>(): RoundsOf<Round> {
  return Object.fromEntries(VARIANT_NAMES.map((name) => [name, []])) as unknown as RoundsOf<Round>;
}

/** Of one process of each system, by the product's own account; the others keep none. */
async function sumDropped(
  beds: readonly Bed[],
  urlOf: (system: BenchSystem) => string | undefined,
): Promise<number> {
  let sum = 0;
  for (const { variant, system } of beds) {
    if (variant.ours)
      sum += await readMetric(urlOf(system) ?? '', 'aio_telemetry_spans_dropped_total');
  }
  return sum;
}

function costsOfRequests(rounds: Rounds<'perSecond'>): Measured {
  const ratio = (...names: [VariantName, VariantName]) => ratioOf(rounds, 'perSecond', names);
  return {
    requestsSampled: ratio('traces-10-percent', 'nothing'),
    requestsTraced: ratio('traces-full', 'nothing'),
    requestsSampledAgainstStock: ratio('traces-10-percent', 'stock-10-percent'),
    requestsTracedAgainstStock: ratio('traces-full', 'stock-full'),
  };
}

function costsOfSteps(rounds: Rounds<'cpu' | 'cpuOfTurns' | 'spans'>): Measured {
  const spansPerStep = medianOf(rounds, 'spans', 'traces-full');
  return {
    metricsCpu: differenceOf(rounds, 'cpuOfTurns', ['metrics', 'nothing']),
    sampledCpu: differenceOf(rounds, 'cpu', ['traces-10-percent', 'metrics']),
    spanCpu: differenceOf(rounds, 'cpu', ['traces-full', 'metrics']) / spansPerStep,
    spansPerStep,
  };
}

function costsOfScrapes(costs: readonly ScrapeCost[]): Measured {
  return {
    scrapeMs: Math.max(...costs.map((cost) => scrapeMs(cost, 0.95))),
    scrapeSeries: Math.max(...costs.map(({ series }) => series)),
  };
}
