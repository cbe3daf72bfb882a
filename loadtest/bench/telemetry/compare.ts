import { median } from '../../lib/median.ts';
import { formatFigure, formatSpread, type Table } from '../report.ts';
import { type VariantName, VARIANT_NAMES } from './variants.ts';

/** Of each variant, its rounds in their order. */
export type Rounds<Figure extends string> = Readonly<
  Record<VariantName, readonly Readonly<Record<Figure, number>>[]>
>;

type Combine = (value: number, other: number) => number;
const DIFFERENCE: Combine = (value, other) => value - other;
const RATIO: Combine = (value, other) => value / other;

/** Median of the ratios within a round: what else the machine does meanwhile hits both. */
export const ratioOf = <Figure extends string>(
  rounds: Rounds<Figure>,
  figure: Figure,
  names: readonly [VariantName, VariantName],
): number => compare(rounds, figure, names, RATIO);

/** Median of the differences within a round. */
export const differenceOf = <Figure extends string>(
  rounds: Rounds<Figure>,
  figure: Figure,
  names: readonly [VariantName, VariantName],
): number => compare(rounds, figure, names, DIFFERENCE);

function compare<Figure extends string>(
  rounds: Rounds<Figure>,
  figure: Figure,
  [name, other]: readonly [VariantName, VariantName],
  combine: Combine,
): number {
  return median(
    rounds[name].map((one, round) =>
      combine(one[figure], rounds[other][round]?.[figure] ?? Number.NaN),
    ),
  );
}

export function medianOf<Figure extends string>(
  rounds: Rounds<Figure>,
  figure: Figure,
  name: VariantName,
): number {
  return median(rounds[name].map((one) => one[figure]));
}

/**
 * A row for each variant: its rate, that against no telemetry, and what else was measured.
 * @param heads of the columns, in their order, by their figures; the rate's is the first
 */
export function tableOf<Figure extends string>(
  title: string,
  heads: Readonly<Record<Figure | 'perSecond', string>>,
  rounds: Rounds<Figure | 'perSecond'>,
): Table {
  const { perSecond, ...others } = heads;
  const figures = Object.keys(others) as Figure[];
  const spread = (name: VariantName, figure: Figure | 'perSecond') =>
    formatSpread(
      rounds[name].map((one) => one[figure]),
      medianOf(rounds, figure, name),
    );
  return {
    title,
    rows: [
      ['', perSecond, 'against nothing', ...figures.map((figure) => heads[figure])],
      ...VARIANT_NAMES.map((name) => [
        name,
        spread(name, 'perSecond'),
        formatFigure(ratioOf(rounds, 'perSecond', [name, 'nothing'])),
        ...figures.map((figure) => spread(name, figure)),
      ]),
    ],
  };
}
