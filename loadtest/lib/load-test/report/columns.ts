const NUMBER = /^[\d−+.<>✔✖]/;

/** Formats rows as lines with aligned columns. Numbers align right. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  const last = (cells: readonly string[]) => cells.at(-1) ?? '';
  const isFigures = widths.map((_, index) => rows.some((row) => NUMBER.test(row[index] ?? '')));
  return rows.map((row) =>
    row
      .map((cell, index) => {
        if (index === row.length - 1 && !NUMBER.test(last(row))) return cell;
        const width = widths[index] ?? 0;
        return isFigures[index] ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
