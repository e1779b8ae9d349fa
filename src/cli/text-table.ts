/** Prints a Table of the API the way kubectl does: upper-case heads, columns padded by three spaces. */

export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Lines without a trailing newline; empty cells show as kubectl shows them. */
export function textTable({ columns, rows }: TextTable): string {
  const lines = [columns.map((name) => name.toUpperCase()), ...rows.map((row) => row.map((cell) => String(cell ?? '<none>')))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, i) => (i === line.length - 1 ? cell : cell.padEnd(widths[i]! + 3))).join(''))
    .join('\n');
}
