import type { ApplicationStatus } from '../../contracts/status';
import { headsOf, oneLine, statusLine, type StatusRow, statusRows } from './statusRows';

/** The content of a frame of `top`, and the room for it. */
export interface TopFrame {
  readonly status: ApplicationStatus;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly columns: number;
  readonly rows: number;
  readonly hasColours: boolean;
  /** Why the status is not of now. */
  readonly problem: string | undefined;
}

const BOLD = '1';
const DIM = '2';
const RED = '31';
const COLOUR_OF_KIND = { failing: RED, quiet: DIM, well: undefined } as const satisfies Record<
  StatusRow['kind'],
  unknown
>;

/**
 * The columns give way in this order, down to this width, where the terminal is too narrow: cluster, last run, name, next,
 * state.
 */
const GIVE_WAY = [
  [5, 8],
  [2, 16],
  [1, 12],
  [3, 8],
  [2, 8],
  [0, 7],
] as const;
const GAP = 2;

/** The lines of a frame, none longer than the terminal is wide, and no more than it is high. */
export function topFrame({ status, now, columns, rows, hasColours, problem }: TopFrame): readonly string[] {
  const paint = (text: string, colour: string | undefined): string =>
    hasColours && colour !== undefined ? `\u001b[${colour}m${text}\u001b[0m` : text;
  const all = statusRows(status, now);
  const room = Math.max(rows - HEAD_LINES, 0);
  const shown = all.length <= room ? all : all.slice(0, Math.max(room - 1, 0));
  const heads = headsOf(all);
  const widths = fit([heads, ...shown.map(({ cells }) => cells)], columns);
  const line = (cells: StatusRow['cells']): string =>
    cut(
      cells.map((cell, column) => cut(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0)).join(' '.repeat(GAP)),
      columns,
    );
  const failing = all.filter(({ kind }) => kind === 'failing').length;
  const left = all.length - shown.length;
  const lines = [
    paint(cut(`${statusLine(status)}; ${failing} of ${all.length} failing; q quits`, columns), BOLD),
    problem === undefined ? '' : paint(cut(oneLine(problem), columns), RED),
    paint(line(heads).trimEnd(), DIM),
    ...shown.map(({ cells, kind }) => paint(line(cells).trimEnd(), COLOUR_OF_KIND[kind])),
    ...(left > 0 ? [paint(cut(`… and ${left} more`, columns), DIM)] : []),
  ];
  return lines.slice(0, rows);
}

const HEAD_LINES = 3;

/** The width of each column: that of its longest cell, less where the terminal is too narrow. */
function fit(table: readonly StatusRow['cells'][], columns: number): readonly number[] {
  const widths = (table[0] ?? []).map((_head, column) =>
    Math.max(...table.map((cells) => [...(cells[column] ?? '')].length)),
  );
  let over = widths.reduce((sum, width) => (width === 0 ? sum : sum + width + GAP), -GAP) - columns;
  for (const [column, least] of GIVE_WAY) {
    const given = Math.max(Math.min(over, (widths[column] ?? 0) - least), 0);
    widths[column] = (widths[column] ?? 0) - given;
    over -= given;
  }
  return widths;
}

function cut(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  return width < 1 ? '' : `${characters.slice(0, width - 1).join('')}…`;
}
