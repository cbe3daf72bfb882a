const BYTES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
const number = new Intl.NumberFormat('en', {
  maximumSignificantDigits: 3,
  useGrouping: false,
});

/** Formats a value in one of Grafana's units: `(0.0123, 's')` -> `12.3 ms`. */
export function formatValue(value: number, unit: string): string {
  if (!Number.isFinite(value)) return String(value);
  switch (unit) {
    case 's':
    case 'suffix: s':
      return formatSeconds(value);
    case 'percentunit':
      return `${trim(value * 100)} %`;
    case 'bytes':
      return formatBytes(value);
    case 'currencyUSD':
      return formatDollars(value);
    case 'ops':
      return `${trim(value)}/s`;
    case 'reqps':
      return `${trim(value)} req/s`;
    default:
      return unit.startsWith('suffix:')
        ? `${trim(value)}${unit.slice('suffix:'.length)}`
        : trim(value);
  }
}

const cents = new Intl.NumberFormat('en-US', {
  minimumSignificantDigits: 2,
  maximumSignificantDigits: 2,
});
const dollars = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  useGrouping: false,
});

/** Below $1 with two significant digits: `$0.0000061`, `$0.42`, `$12.35`. */
export function formatDollars(usd: number): string {
  const size = Math.abs(usd);
  if (size === 0) return '$0';
  const format = size < 0.995 ? cents : dollars;
  return `$${format.format(usd)}`;
}

function formatSeconds(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0 s';
  if (size < 0.001) return `${trim(value * 1e6)} µs`;
  if (size < 1) return `${trim(value * 1000)} ms`;
  if (size < 120) return `${trim(value)} s`;
  return size < 7200 ? `${trim(value / 60)} min` : `${trim(value / 3600)} h`;
}

function formatBytes(value: number): string {
  const power = Math.min(
    BYTES.length - 1,
    Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)),
  );
  return `${trim(value / 1024 ** power)} ${BYTES[power]}`;
}

/** Whole numbers in full, others with three digits. */
function trim(value: number): string {
  return Number.isInteger(value) ? String(value) : number.format(value);
}
