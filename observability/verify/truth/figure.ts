/** One figure twice: as Prometheus has it, and as whoever knows better does. */
export interface Figure {
  what: string;
  /** As Grafana calls it. */
  unit: string;
  prometheus: number;
  truth: number;
  /** Who knows better; `lines` are those that the API has logged of its requests. */
  witness: 'rows' | 'client' | 'simulator' | 'lines';
  /** How far they may be apart; 0 = they are to be equal. */
  tolerance: number;
}

export function isTrue({ prometheus, truth, tolerance }: Figure): boolean {
  // Sums of fractions differ in their last digits.
  return Math.abs(prometheus - truth) <= tolerance + 1e-9 * Math.abs(truth);
}
