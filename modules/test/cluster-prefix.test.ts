import { tagged } from '../cluster/openStore';

/** The part of a key that decides which node of a Redis Cluster has it; undefined if that is all of the key. */
function tagOf(key: string): string | undefined {
  const from = key.indexOf('{');
  const to = from < 0 ? -1 : key.indexOf('}', from);
  return to > from + 1 ? key.slice(from + 1, to) : undefined;
}

describe('The keys in a Redis Cluster', () => {
  it.each(['orders', '{orders}', 'a{orders}b', '{}orders}', '{}', '{', 'a}b', 'a{', 'a{}{b}', '{{orders}}', '_}{'])(
    'have one tag, and so one node, also with the prefix %s',
    (prefix) => {
      const tags = [':shop~:changes', ':shop~{}.tick:daemonry', ':{x}'].map((end) => tagOf(`${tagged(prefix)}${end}`));

      expect(new Set(tags).size).toBe(1);
      expect(tags[0]).toMatch(/./);
    },
  );
});
