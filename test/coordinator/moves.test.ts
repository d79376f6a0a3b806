import { APPLICATION_MOVES, LISTENER_MOVES } from '../../src/coordinator/moves';
import { type Moves, StateMachine } from '../../src/coordinator/StateMachine';
import { IllegalMoveError } from '../../src/errors/bootErrors';

const machines: readonly [string, Moves<string>][] = [
  ['a listener', LISTENER_MOVES],
  ['an application', APPLICATION_MOVES],
];

describe.each(machines)('the states of %s', (_subject, moves) => {
  const states = Object.keys(moves);
  const pairs = states.flatMap((from) => states.map((to) => [from, to] as const));
  const legal = pairs.filter(([from, to]) => moves[from]?.includes(to));
  const illegal = pairs.filter(([from, to]) => !moves[from]?.includes(to));

  it.each(legal)('go from %s to %s', (from, to) => {
    const machine = new StateMachine('it', moves, from);
    machine.move(to);
    expect(machine.state).toBe(to);
  });

  it.each(illegal)('never go from %s to %s', (from, to) => {
    const machine = new StateMachine('it', moves, from);
    expect(() => {
      machine.move(to);
    }).toThrow(IllegalMoveError);
    expect(machine.state).toBe(from);
  });
});

describe('the table of a listener', () => {
  it('lets nothing that has ended begin again', () => {
    const ended = ['disabled', 'startup_failed', 'blocked', 'stopped', 'shutdown_failed'] as const;
    expect(ended.map((state) => LISTENER_MOVES[state])).toEqual(ended.map(() => []));
  });

  it('leads from every state but those of the end to one of the end', () => {
    for (const state of ['registered', 'starting', 'running', 'died', 'stopping'] as const) {
      expect(LISTENER_MOVES[state].length).toBeGreaterThan(0);
    }
  });
});
