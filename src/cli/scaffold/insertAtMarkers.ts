import { readFileSync, statSync, writeFileSync } from 'node:fs';

import { reading, writing } from './newFiles';

/** A line to insert into a file that people edit as well: above the comment `// <marker>`, indented like it. */
export interface Insertion {
  /** The text of the comment, such as `daemonry:listeners`. */
  readonly marker: string;
  readonly line: string;
}

/**
 * Inserts lines above their markers.
 *
 * @returns false, and leaves the file untouched, when it is missing or does not contain each marker exactly once.
 */
export function insertAtMarkers(file: string, insertions: readonly Insertion[]): boolean {
  const isFile = reading(file, () => statSync(file, { throwIfNoEntry: false })?.isFile());
  if (isFile !== true) return false;
  const lines = reading(file, () => readFileSync(file, 'utf8')).split('\n');
  for (const { marker, line } of insertions) {
    const comment = `// ${marker}`;
    const at = lines.findIndex((candidate) => candidate.trim() === comment);
    if (at === -1 || lines.some((candidate, index) => index > at && candidate.trim() === comment)) return false;
    const indent = /^\s*/.exec(lines[at] ?? '')?.[0] ?? '';
    const ending = (lines[at] ?? '').endsWith('\r') ? '\r' : '';
    lines.splice(at, 0, `${indent}${line}${ending}`);
  }
  writing(file, () => {
    writeFileSync(file, lines.join('\n'));
  });
  return true;
}
