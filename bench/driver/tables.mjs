import { rowsOf } from './rows.mjs';

const HEAD = ['figure', 'subject', 'median', 'min–max', 'to the first', 'to daemonry'];

const TITLES = {
  nestjs: 'NestJS',
  'nestjs-one-file': 'NestJS, one file',
  'daemonry-one-file': 'daemonry, one file',
  bare: 'bare loop',
  handwritten: 'made by hand',
};

/** One benchmark as text for a terminal. */
export function textTable(result) {
  const rows = [HEAD, ...cellsOf(result)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])));
    return `  ${cells.join('  ')}`.trimEnd();
  });
  return `${result.title} (${result.name})\n${lines.join('\n')}\n`;
}

/** One benchmark as Markdown. */
export function markdownTable(result) {
  const rows = [HEAD, HEAD.map((_, column) => (column < 2 ? '---' : '--:')), ...cellsOf(result)];
  return `**${result.title}** (\`${result.name}\`)\n\n${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function cellsOf(result) {
  let previous;
  return rowsOf(result).map((row) => {
    const figure = row.figure === previous ? '' : `${row.figure}, ${row.unit}`;
    previous = row.figure;
    const subject = TITLES[row.subject] ?? row.subject;
    if (row.missing !== undefined) return [figure, subject, `left out: ${row.missing} is not installed`, '', '', ''];
    const range = `${format(row.least)}–${format(row.most)}`;
    return [figure, subject, format(row.middle), range, ratio(row.toFirst), ratio(row.toOurs)];
  });
}

function format(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(value) {
  return value === undefined || !Number.isFinite(value) ? '' : value.toFixed(2);
}
