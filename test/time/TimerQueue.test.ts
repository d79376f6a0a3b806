import { QueuedTimer, TimerQueue } from '../../src/time/TimerQueue';

class Named extends QueuedTimer {
  constructor(
    readonly at: number,
    readonly name = String(at),
    deadline = false,
  ) {
    super(deadline);
  }
}

const timer = (when: number, name?: string, deadline?: boolean): Named => new Named(when, name, deadline);

function givenQueue(...timers: Named[]): TimerQueue<Named> {
  const queue = new TimerQueue<Named>();
  for (const one of timers) queue.set(one, one.at);
  return queue;
}

function drain(queue: TimerQueue<Named>): string[] {
  const names: string[] = [];
  for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
    expect(queue.remove(next)).toBe(true);
    names.push(next.name);
  }
  return names;
}

describe('TimerQueue', () => {
  it('gives the earliest first', () => {
    expect(drain(givenQueue(...[5, 1, 4, 2, 3].map((when) => timer(when))))).toEqual(['1', '2', '3', '4', '5']);
  });

  it('gives timers of one instant in the order they were set', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    expect(drain(givenQueue(...names.map((name) => timer(1, name))))).toEqual(names);
  });

  it('puts deadlines after the other timers of their instant, and before those of the next', () => {
    const queue = givenQueue(timer(1, 'deadline', true), timer(2, 'later'), timer(1, 'ordinary'));
    expect(drain(queue)).toEqual(['ordinary', 'deadline', 'later']);
  });

  it('forgets a removed timer at once, and says whether it was there', () => {
    const [first, second] = [timer(1), timer(2)];
    const queue = givenQueue(first, second);
    expect(queue.remove(first)).toBe(true);
    expect(queue.remove(first)).toBe(false);
    expect(queue.size).toBe(1);
    expect(queue.peek()).toBe(second);
  });

  it('does not take a timer that was never set for one that is there', () => {
    const queue = givenQueue(timer(1));
    const stranger = timer(1);
    stranger.position = 0;
    expect(queue.remove(stranger)).toBe(false);
    expect(queue.size).toBe(1);
  });

  it('gives a timer that is set again at its new instant, as the last one there', () => {
    const [a, b, c] = [timer(1, 'a'), timer(2, 'b'), timer(3, 'c')];
    const queue = givenQueue(a, b, c);
    queue.set(a, 2);
    queue.set(c, 1);
    expect(queue.size).toBe(3);
    expect(drain(queue)).toEqual(['c', 'b', 'a']);
  });

  it('does not give a timer that waits for nothing any more, until it is set again', () => {
    const [a, b] = [timer(1, 'a'), timer(2, 'b')];
    const queue = givenQueue(a, b);
    queue.set(a, Infinity);
    expect(queue.size).toBe(1);
    expect(queue.remove(a)).toBe(false);
    expect(queue.peek()).toBe(b);
    queue.set(a, 1);
    expect(drain(queue)).toEqual(['a', 'b']);
    expect(queue.size).toBe(0);
  });

  it('keeps the order when all timers are changed', () => {
    const [gone, ...kept] = [1, 2, 3, 4].map((when) => timer(when));
    const queue = givenQueue(gone as Named, ...kept);
    queue.set(gone as Named, Infinity);
    queue.rearrange((one) => (one.when = 10 - one.when));
    queue.set(gone as Named, 7);
    expect(drain(queue)).toEqual(['4', '3', '1', '2']);
  });

  it('agrees with a sorted list through any mix of setting and removing', () => {
    const queue = new TimerQueue<Named>();
    let seed = 42;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let model: Named[] = [];
    const out: Named[] = [];
    for (let step = 0; step < 5_000; step++) {
      const any = model[random(Math.max(model.length, 1))];
      const choice = random(6);
      if (any === undefined || choice < 2) {
        const added = out.pop() ?? timer(0, `t${step}`, random(4) === 0);
        queue.set(added, random(50));
        model.push(added);
      } else if (choice < 4) {
        queue.set(any, random(50));
      } else {
        if (choice === 4) queue.set(any, Infinity);
        else expect(queue.remove(any)).toBe(true);
        model = model.filter((one) => one !== any);
        out.push(any);
      }
      expect(queue.size).toBe(model.length);
    }
    model.sort((a, b) => a.when - b.when || Number(a.deadline) - Number(b.deadline) || a.sequence - b.sequence);
    expect(drain(queue)).toEqual(model.map(({ name }) => name));
  });
});
