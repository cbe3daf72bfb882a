/** A relative difference below this is flat: no axis can show it. */
const FLAT = 1e-9;

/**
 * Range of a value axis, with some room above and below.
 * @param fixed limits that the panel sets
 * @param least smallest value; not finite = no values
 * @param most largest value; not finite = no values
 */
export function rangeOf(
  fixed: { min?: number | undefined; max?: number | undefined },
  least: number,
  most: number,
): [number, number] {
  const low = fixed.min ?? (Number.isFinite(least) ? least : 0);
  const high = Math.max(low, fixed.max ?? (Number.isFinite(most) ? most : 1));
  // A flat line needs some height. Rounding errors such as 0.9999999999999999 count as flat.
  if (high - low <= FLAT * Math.max(Math.abs(low), Math.abs(high)))
    return [fixed.min ?? low, low + (Math.abs(low) || 1)];
  const room = (high - low) * 0.08;
  return [fixed.min ?? low - room, fixed.max ?? high + room];
}
