import type { ListenerState } from '../../src/contracts/states';
import { type ListenerCondition, ListenerRuntime } from '../../src/coordinator/ListenerRuntime';
import { APPLICATION_MOVES, checkMove, LISTENER_MOVES, type Moves } from '../../src/coordinator/moves';
import { IllegalMoveError } from '../../src/errors/bootErrors';

const statesOf = <S extends string>(moves: Moves<S>): S[] => Object.keys(moves) as S[];

/** The shortest way from `first` to each state that can be reached, both ends included. */
function waysFrom<S extends string>(first: S, moves: Moves<S>): ReadonlyMap<S, readonly S[]> {
  const ways = new Map<S, readonly S[]>([[first, [first]]]);
  for (const [state, way] of ways) {
    for (const next of moves[state]) if (!ways.has(next)) ways.set(next, [...way, next]);
  }
  return ways;
}

const moved = (move: () => void): boolean => {
  try {
    move();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(IllegalMoveError);
    return false;
  }
};

describe('A listener', () => {
  const ways = waysFrom<ListenerState>('registered', LISTENER_MOVES);
  const condition = (state: ListenerState): ListenerCondition => ({ state }) as ListenerCondition;
  const listenerIn = (state: ListenerState): ListenerRuntime => {
    const runtime = new ListenerRuntime({ name: 'order_sync', edges: [] } as never);
    for (const next of ways.get(state)?.slice(1) ?? []) runtime.move(condition(next));
    return runtime;
  };

  it('can come to every state', () => {
    expect([...ways.keys()].sort()).toEqual(statesOf(LISTENER_MOVES).sort());
    for (const state of ways.keys()) expect(listenerIn(state).state).toBe(state);
  });

  it('makes every move of its table, and stays in its state when it is asked for another', () => {
    const made: Record<string, ListenerState[]> = {};
    for (const from of statesOf(LISTENER_MOVES)) {
      made[from] = [];
      for (const to of statesOf(LISTENER_MOVES)) {
        const runtime = listenerIn(from);
        if (moved(() => runtime.move(condition(to)))) made[from].push(to);
        expect(runtime.state).toBe(made[from].includes(to) ? to : from);
      }
    }
    const table = Object.entries<readonly ListenerState[]>(LISTENER_MOVES);
    expect(made).toEqual(
      Object.fromEntries(
        table.map(([from, next]) => [from, statesOf(LISTENER_MOVES).filter((to) => next.includes(to))]),
      ),
    );
  });

  it('is named by the error, with both states, when it is asked for a move that is not legal', () => {
    expect(() => {
      listenerIn('stopped').move(condition('running'));
    }).toThrow('Listener "order_sync" cannot go from "stopped" to "running"');
  });

  it('never begins again once it has ended', () => {
    const ended = ['disabled', 'stopped', 'shutdown_failed'] as const;
    expect(ended.map((state) => LISTENER_MOVES[state])).toEqual(ended.map(() => []));
  });

  it.each([
    ['starting', 'backing_off'],
    ['died', 'stopping'],
    ['stopping', 'backing_off'],
    ['backing_off', 'starting'],
    ['backing_off', 'stopped'],
    ['backing_off', 'startup_failed'],
    ['backing_off', 'died'],
    ['blocked', 'starting'],
    ['running', 'stopping'],
    ['stopping', 'starting'],
  ] as const)('goes from %s to %s when it is restarted, given up or started late', (from, to) => {
    expect(LISTENER_MOVES[from]).toContain(to);
  });

  it('can leave every state but those of the end', () => {
    const others = [
      'registered',
      'starting',
      'running',
      'died',
      'stopping',
      'backing_off',
      'blocked',
      'startup_failed',
    ] as const;
    for (const state of others) {
      expect(LISTENER_MOVES[state].length).toBeGreaterThan(0);
    }
  });
});

describe('An application', () => {
  it('can come to every phase', () => {
    expect([...waysFrom('created', APPLICATION_MOVES).keys()].sort()).toEqual(statesOf(APPLICATION_MOVES).sort());
  });

  it('makes every move of its table and no other', () => {
    const phases = statesOf(APPLICATION_MOVES);
    for (const from of phases) {
      const next: readonly string[] = APPLICATION_MOVES[from];
      const made = phases.filter((to) => moved(() => checkMove(APPLICATION_MOVES, from, to, 'Application "shop"')));
      expect(made).toEqual(phases.filter((to) => next.includes(to)));
    }
  });
});
