/** Growth of measurements and its margin. */
export interface Slope {
  /** Per unit of x. */
  slope: number;
  /** Half of the 95 % confidence interval; Infinity for fewer than three points. */
  margin: number;
}

/**
 * Least squares over the means of up to `bins` equal parts. Adjacent samples are not independent, so single
 * samples would give too small a margin.
 */
export function fitSlope(points: readonly (readonly [x: number, y: number])[], bins = 24): Slope {
  const size = Math.max(1, Math.ceil(points.length / bins));
  const means = Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    centre(points.slice(index * size, (index + 1) * size)),
  );
  const [meanX, meanY] = centre(means);
  const sum = (of: (x: number, y: number) => number) =>
    means.reduce((total, [x, y]) => total + of(x - meanX, y - meanY), 0);
  const spread = sum((x) => x * x);
  const slope = sum((x, y) => x * y) / spread;
  const rest = sum((x, y) => (y - slope * x) ** 2);
  const degrees = means.length - 2;
  return { slope, margin: degrees < 1 ? Infinity : 2.07 * Math.sqrt(rest / degrees / spread) };
}

function centre(points: readonly (readonly [number, number])[]): readonly [number, number] {
  const sum = (index: 0 | 1) => points.reduce((total, point) => total + point[index], 0);
  return [sum(0) / points.length, sum(1) / points.length];
}
