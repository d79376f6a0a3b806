import { writeToStderr } from '../observability/standardStreams';

/** Says on stderr what keeps the process alive after the end of the application, if anything does. */
export function sayOpenHandles(): void {
  const left = openHandles();
  if (left.length > 0) {
    writeToStderr(`daemonry: still open after the stop, and ended with the process: ${left.join(', ')}`);
  }
}

/** The kinds of handles that keep the process alive, without its standard streams. */
function openHandles(): string[] {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (kind !== 'TTYWrap' && kind !== 'PipeWrap') counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`));
}
