import { rowsOf } from './rows.mjs';

const HEAD = ['figure', 'subject', 'median', 'min–max', 'to the first', 'to daemonry'];

const TITLES = {
  nestjs: 'NestJS',
  'nestjs-one-file': 'NestJS, one file',
  'daemonry-one-file': 'daemonry, one file',
  'daemonry-code-cache': 'daemonry, code cache',
  'daemonry-cron': 'daemonry, cron',
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

/** One benchmark as Markdown, a subject a line: the median, the range, and the ratio to the first. */
export function markdownTable(result) {
  const rows = rowsOf(result);
  const figures = [...new Set(rows.map(({ figure }) => figure))];
  const head = figures.map((figure) => `${figure}, ${rows.find((row) => row.figure === figure).unit}`);
  const lines = [
    ['', ...head],
    ['---', ...head.map(() => '--:')],
  ];
  for (const { subject } of result.subjects) {
    const own = rows.filter((row) => row.subject === subject);
    lines.push([
      TITLES[subject] ?? subject,
      ...figures.map((figure) => markdownCell(own.find((row) => row.figure === figure))),
    ]);
  }
  return `**${result.title}** (\`${result.name}\`)\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`;
}

function markdownCell(row) {
  if (row === undefined) return '';
  if (row.missing !== undefined) return `left out: without ${row.missing}`;
  const text = `${format(row.middle)} (${rangeOf(row)})`;
  return row.toFirst === undefined ? text : `${text} ×${ratio(row.toFirst)}`;
}

function cellsOf(result) {
  let previous;
  return rowsOf(result).map((row) => {
    const figure = row.figure === previous ? '' : `${row.figure}, ${row.unit}`;
    previous = row.figure;
    const subject = TITLES[row.subject] ?? row.subject;
    if (row.missing !== undefined) return [figure, subject, 'left out', `without ${row.missing}`, '', ''];
    return [figure, subject, format(row.middle), rangeOf(row), ratio(row.toFirst), ratio(row.toOurs)];
  });
}

function rangeOf({ least, most }) {
  return `${format(least)}–${format(most)}`;
}

function format(value) {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function ratio(value) {
  return value === undefined || !Number.isFinite(value) ? '' : value.toFixed(2);
}
