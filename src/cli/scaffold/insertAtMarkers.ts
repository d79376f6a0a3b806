import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Where new code goes in a file that people write as well: the line goes above the marker, indented like it. */
export interface Insertion {
  /** The text of the comment, such as `daemonry:listeners`. */
  readonly marker: string;
  readonly line: string;
}

/**
 * Inserts lines above their markers.
 *
 * @returns false, with the file untouched, when it is not there, or any marker is not there exactly once.
 */
export function insertAtMarkers(file: string, insertions: readonly Insertion[]): boolean {
  if (!existsSync(file)) return false;
  const lines = readFileSync(file, 'utf8').split('\n');
  for (const { marker, line } of insertions) {
    const comment = `// ${marker}`;
    const at = lines.findIndex((candidate) => candidate.trim() === comment);
    if (at === -1 || lines.some((candidate, index) => index > at && candidate.trim() === comment)) return false;
    const indent = /^\s*/.exec(lines[at] ?? '')?.[0] ?? '';
    const ending = (lines[at] ?? '').endsWith('\r') ? '\r' : '';
    lines.splice(at, 0, `${indent}${line}${ending}`);
  }
  writeFileSync(file, lines.join('\n'));
  return true;
}
