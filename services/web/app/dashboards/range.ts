/** Less than this part of its values is no difference that an axis could show. */
const FLAT = 1e-9;

/**
 * From where to where an axis of values reaches, with some room above and below.
 * @param fixed ends that the panel sets
 * @param least of the values, as `most`; not finite = there are none
 */
export function rangeOf(
  fixed: { min?: number | undefined; max?: number | undefined },
  least: number,
  most: number,
): [number, number] {
  const low = fixed.min ?? (Number.isFinite(least) ? least : 0);
  const high = Math.max(low, fixed.max ?? (Number.isFinite(most) ? most : 1));
  // A flat line wants some height, too. Rounding tells 1 from 0.9999999999999999, and no axis has marks between them.
  if (high - low <= FLAT * Math.max(Math.abs(low), Math.abs(high)))
    return [fixed.min ?? low, low + (Math.abs(low) || 1)];
  const room = (high - low) * 0.08;
  return [fixed.min ?? low - room, fixed.max ?? high + room];
}
