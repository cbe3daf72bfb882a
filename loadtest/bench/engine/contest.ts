import type { Shape } from '../../lib/definition.ts';
import { median } from '../../lib/median.ts';

export interface Contender {
  readonly name: string;
  /** Works off that many runs of the shape; resolves with the milliseconds from the first submission. */
  work(shape: NamedShape, runs: number): Promise<number>;
}

export interface NamedShape {
  name: string;
  shape: Shape;
}

export interface Score {
  shape: string;
  contender: string;
  runs: number;
  /** Of each round. */
  stepsPerSecond: number[];
  median: number;
}

/**
 * Every contender works off every shape in every round, and who begins alternates: what else the
 * machine does meanwhile hits all alike.
 */
export async function holdContest(
  contenders: readonly Contender[],
  shapes: readonly NamedShape[],
  options: { rounds: number; steps: number; say: (line: string) => void },
): Promise<Score[]> {
  const { rounds, steps, say } = options;
  const rates = new Map<string, number[]>();
  for (let round = 0; round <= rounds; round++) {
    // Round 0 warms up code and caches, and does not count.
    const share = round === 0 ? 0.2 : 1;
    for (const shape of shapes) {
      const runs = runsOf(shape, steps * share);
      for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
        const ms = await contender.work(shape, runs);
        if (round === 0) continue;
        const rate = (runs * shape.shape.length * 1000) / ms;
        const key = keyOf(shape, contender);
        rates.set(key, [...(rates.get(key) ?? []), rate]);
        say(`round ${round}: ${shape.name}, ${contender.name}: ${Math.round(rate)} steps/s`);
      }
    }
  }
  return shapes.flatMap((shape) =>
    contenders.map((contender) => {
      const stepsPerSecond = rates.get(keyOf(shape, contender)) ?? [];
      return {
        shape: shape.name,
        contender: contender.name,
        runs: runsOf(shape, steps),
        stepsPerSecond,
        median: median(stepsPerSecond),
      };
    }),
  );
}

function runsOf({ shape }: NamedShape, steps: number): number {
  return Math.max(1, Math.round(steps / shape.length));
}

function keyOf(shape: NamedShape, contender: Contender): string {
  return `${shape.name} ${contender.name}`;
}
