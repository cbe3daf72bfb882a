import { ratio, scoreTable, timeIdleRuns } from '../contest.ts';
import { AIO, BULLMQ, DBOS, startContenders } from '../contenders/start-contenders.ts';
import type { BenchPart } from '../part.ts';
import { SHAPES } from '../shapes.ts';

/** Times one run at a time on an idle system. */
export const idle: BenchPart = {
  name: 'idle',
  async run(context) {
    const times = await timeIdleRuns(await startContenders(context), SHAPES, context);
    return {
      tables: [scoreTable('One idle run, ms', times)],
      measured: {
        idleChainAgainstBullmq: ratio(times, 'chain-50', [AIO, BULLMQ]),
        idleFanAgainstBullmq: ratio(times, 'fan-1-100-1', [AIO, BULLMQ]),
        idleDiamondAgainstBullmq: ratio(times, 'diamond', [AIO, BULLMQ]),
        idleChainAgainstDbos: ratio(times, 'chain-50', [AIO, DBOS]),
        idleFanAgainstDbos: ratio(times, 'fan-1-100-1', [AIO, DBOS]),
        idleDiamondAgainstDbos: ratio(times, 'diamond', [AIO, DBOS]),
      },
      method: `${context.rounds} series of 10 runs of each engine and shape in turn, after 3 uncounted runs, 5 ms apart; AIO and BullMQ from submission until a client that asks every millisecond sees the run's end, DBOS within its own process`,
    };
  },
};
