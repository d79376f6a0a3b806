import type { ApplicationStatus, ListenerStatus } from '../contracts/status';

/** So many lines of a journal are shown, the latest. */
const SHOWN = 40;

/** Where an application stands and what it did, for the messages of failed expectations. */
export function describeApplication(status: ApplicationStatus, journal: readonly string[]): string {
  const left = journal.length - SHOWN;
  return [
    `The application "${status.name}" is ${status.state}. Its listeners:`,
    ...(status.listeners.length === 0 ? ['  none'] : status.listeners.map((listener) => `  ${describe(listener)}`)),
    'Its journal:',
    ...(journal.length === 0 ? ['  nothing has happened'] : []),
    ...(left > 0 ? [`  … ${left} earlier`] : []),
    ...journal.slice(-SHOWN).map((entry) => `  ${entry}`),
  ].join('\n');
}

function describe({ name, state, blockedBy, disabledReason, error, stuck }: ListenerStatus): string {
  const because =
    blockedBy !== undefined
      ? ` by "${blockedBy}"`
      : disabledReason !== undefined
        ? `: ${disabledReason}`
        : error !== undefined
          ? `: ${error.message.split('\n')[0] ?? ''}`
          : '';
  return `${name}: ${state}${because}${stuck === true ? ' (stuck)' : ''}`;
}
