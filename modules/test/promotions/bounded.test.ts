import { LimitedMap, Newest } from '../../promotions/bounded';
import { titleOf } from '../../promotions/checkProposal';

describe('What a loop keeps while it observes', () => {
  it('is at most so many of the newest, in their order', () => {
    const newest = new Newest<number>(3);
    for (let count = 1; count <= 1_000; count += 1) newest.add(count);

    expect(newest.items).toEqual([998, 999, 1_000]);
    expect(newest.dropped).toBe(997);
  });

  it('is everything while there are few', () => {
    const newest = new Newest<number>(3);
    newest.add(1);

    expect(newest.items).toEqual([1]);
    expect(newest.dropped).toBe(0);
  });

  it('is at most so many keys; those beyond are counted', () => {
    const map = new LimitedMap((key: string) => ({ key }), 2);

    expect(map.obtain('a')).toBe(map.obtain('a'));
    expect(map.obtain('b')).toEqual({ key: 'b' });
    expect(map.obtain('c')).toBeUndefined();
    expect(map.obtain('d')).toBeUndefined();
    expect(map.obtain('b')).toEqual({ key: 'b' });

    expect(map.overflow).toBe(2);
    expect([...map.entries()].map(([key]) => key)).toEqual(['a', 'b']);
  });
});

describe('A title', () => {
  it('is one line, cut where it is too long', () => {
    expect(titleOf(' a\n\tb\u0000c ')).toBe('a b c');
    expect(titleOf('x'.repeat(201))).toBe(`${'x'.repeat(196)} […]`);
  });
});
