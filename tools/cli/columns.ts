const FIGURE = /^[\d−+±.<>]/;

/** Formats rows as aligned lines. Columns with figures align right, except the first. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const formats = (rows[0] ?? []).map((_, index) => {
    const cells = rows.map((row) => row[index] ?? '');
    const width = Math.max(...cells.map((cell) => cell.length));
    const isRight = index > 0 && cells.some((cell) => FIGURE.test(cell));
    return (cell: string) => (isRight ? cell.padStart(width) : cell.padEnd(width));
  });
  return rows.map((row) =>
    formats
      .map((format, index) => format(row[index] ?? ''))
      .join('  ')
      .trimEnd(),
  );
}
