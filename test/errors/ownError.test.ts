import { DaemonryError } from 'daemonry';

import { errorText } from '../../src/cli/errorText';

class LedgerClosedError extends DaemonryError<'LEDGER_CLOSED'> {
  constructor(cause?: unknown) {
    super('LEDGER_CLOSED', {
      what: 'The ledger of 2025 is closed.',
      facts: { year: 2025, closedBy: undefined },
      fix: 'book it in the next year.',
      cause,
    });
  }
}

describe('An error class of a user that extends DaemonryError', () => {
  it('has its own name and code, and a message in three parts', () => {
    const error = new LedgerClosedError();

    expect(error).toBeInstanceOf(DaemonryError);
    expect([error.name, error.code]).toEqual(['LedgerClosedError', 'LEDGER_CLOSED']);
    expect(error.message).toBe('The ledger of 2025 is closed.\n  year: 2025\nTo fix this: book it in the next year.');
  });

  it('keeps its cause, and has none when it is given none', () => {
    const cause = new Error('read-only');

    expect(new LedgerClosedError(cause).cause).toBe(cause);
    expect(new LedgerClosedError()).not.toHaveProperty('cause');
  });

  it('is printed by the command line without its stack, as an error of daemonry itself', () => {
    const error = new LedgerClosedError();

    expect(errorText(error)).toBe(`LEDGER_CLOSED: ${error.message}`);
  });
});
