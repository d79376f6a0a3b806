import { TimerQueue, type QueuedTimer } from '../../src/time/TimerQueue';

interface Named extends QueuedTimer {
  when: number;
  readonly name: string;
}

const timer = (when: number, name = String(when), deadline = false): Named => ({
  when,
  name,
  deadline,
  position: -1,
  sequence: 0,
});

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
    const queue = new TimerQueue<Named>();
    for (const when of [5, 1, 4, 2, 3]) queue.add(timer(when));
    expect(drain(queue)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('gives timers of one instant in the order they were added', () => {
    const queue = new TimerQueue<Named>();
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) queue.add(timer(1, name));
    expect(drain(queue)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('puts deadlines after the other timers of their instant, and before those of the next', () => {
    const queue = new TimerQueue<Named>();
    queue.add(timer(1, 'deadline', true));
    queue.add(timer(2, 'later'));
    queue.add(timer(1, 'ordinary'));
    expect(drain(queue)).toEqual(['ordinary', 'deadline', 'later']);
  });

  it('forgets a removed timer at once, and says whether it was there', () => {
    const queue = new TimerQueue<Named>();
    const [first, second] = [timer(1), timer(2)];
    queue.add(first);
    queue.add(second);
    expect(queue.remove(first)).toBe(true);
    expect(queue.remove(first)).toBe(false);
    expect(queue.size).toBe(1);
    expect(queue.peek()).toBe(second);
  });

  it('does not take a timer that was never added for one that is there', () => {
    const queue = new TimerQueue<Named>();
    queue.add(timer(1));
    expect(queue.remove({ ...timer(1), position: 0 })).toBe(false);
    expect(queue.size).toBe(1);
  });

  it('keeps the order when all timers are changed', () => {
    const queue = new TimerQueue<Named>();
    for (const when of [1, 2, 3, 4]) queue.add(timer(when));
    queue.rearrange((one) => (one.when = 10 - one.when));
    expect(drain(queue)).toEqual(['4', '3', '2', '1']);
  });

  it('agrees with a sorted list through any mix of adding and removing', () => {
    const queue = new TimerQueue<Named>();
    let seed = 42;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    let model: Named[] = [];
    for (let step = 0; step < 3_000; step++) {
      if (random(3) > 0 || model.length === 0) {
        const added = timer(random(50), `t${step}`, random(4) === 0);
        queue.add(added);
        model.push(added);
      } else {
        const gone = model[random(model.length)] as Named;
        expect(queue.remove(gone)).toBe(true);
        model = model.filter((one) => one !== gone);
      }
    }
    model.sort((a, b) => a.when - b.when || Number(a.deadline) - Number(b.deadline) || a.sequence - b.sequence);
    expect(drain(queue)).toEqual(model.map(({ name }) => name));
  });
});
